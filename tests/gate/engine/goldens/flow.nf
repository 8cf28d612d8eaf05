// Written by `matrix run --engine nextflow`.
nextflow.enable.dsl = 2

process leg_1 {
  tag 'a'
  cpus 1
  time '2400 s'
  cache 'deep'
  maxRetries 2
  errorStrategy { task.attempt <= 2 ? 'retry' : 'ignore' }
  publishDir "${params.parts}/leg_1", mode: 'copy'

  input:
  path script, stageAs: 'part.sh'
  path needs, stageAs: 'needs/*'

  output:
  path 'leg_1.outcome', emit: outcome
  path 'part', emit: part

  script:
  "sh part.sh leg_1 # tests 0123abcd"
}

process leg_2 {
  tag 'cells@engine=redb,nodes=1'
  cpus 4
  memory '8589934592 B'
  time '90 s'
  label 'kvm'
  cache 'deep'
  maxRetries 2
  errorStrategy { task.attempt <= 2 ? 'retry' : 'ignore' }
  publishDir "${params.parts}/leg_2", mode: 'copy'

  input:
  path script, stageAs: 'part.sh'
  path needs, stageAs: 'needs/*'

  output:
  path 'leg_2.outcome', emit: outcome
  path 'part', emit: part

  script:
  "sh part.sh leg_2 leg_1 # tests 0123abcd"
}

process leg_3 {
  tag 'b'
  cpus 1
  time '2400 s'
  cache 'deep'
  maxRetries 2
  errorStrategy { task.attempt <= 2 ? 'retry' : 'ignore' }
  publishDir "${params.parts}/leg_3", mode: 'copy'

  input:
  path script, stageAs: 'part.sh'
  path needs, stageAs: 'needs/*'

  output:
  path 'leg_3.outcome', emit: outcome
  path 'part', emit: part

  script:
  "sh part.sh leg_3 # tests 0123abcd"
}

process leg_4 {
  tag 'c'
  cpus 1
  time '2400 s'
  label 'kvm'
  cache 'deep'
  maxRetries 2
  errorStrategy { task.attempt <= 2 ? 'retry' : 'ignore' }
  publishDir "${params.parts}/leg_4", mode: 'copy'

  input:
  path script, stageAs: 'part.sh'
  path needs, stageAs: 'needs/*'

  output:
  path 'leg_4.outcome', emit: outcome
  path 'part', emit: part

  script:
  "sh part.sh leg_4 leg_1 leg_3 # tests 0123abcd"
}

workflow {
  if (workflow.workDir.scheme == 'file' && workflow.workDir.toString() != params.work)
    error "the configuration sets workDir to ${workflow.workDir}, and a folder has to be the run's own: leave it out; only a bucket can be named"
  part = file(params.part)
  leg_1(part, [])
  leg_2(part, leg_1.out.outcome.ifEmpty([]))
  leg_3(part, leg_1.out.outcome.ifEmpty([]))
  leg_4(part, leg_1.out.outcome.mix(leg_3.out.outcome, leg_2.out.outcome).toSortedList { it.name })
}
