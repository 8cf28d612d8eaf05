#!/bin/sh
# shellcheck disable=SC2317 # expect calls the functions
# Tests ./jbang as a process, in temporary copies with a small program in place of the gate. Prints a line `ok NAME`,
# `ok NAME # SKIP why` or `not ok NAME` a case; exit code 1 where a case failed. It needs what the wrapper needs.
set -eu

repo=$(CDPATH='' cd -P -- "$(dirname -- "$0")/../.." && pwd -P)
work=$(CDPATH='' cd -P -- "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Nothing of the user's is changed: caches are of this test's own. Maven's repository is read, and JBang puts the one
# dependency of a case there.
JBANG_DIR=$work/jbang-dir
XDG_CACHE_HOME=$work/cache
export JBANG_DIR XDG_CACHE_HOME
unset JBANG_CACHE_DIR JBANG_JAVA_OPTIONS JBANG_WRAPPER_DELEGATED JAVA_TOOL_OPTIONS JDK_JAVA_OPTIONS JDK_JAVAC_OPTIONS _JAVA_OPTIONS

number=0
failed=0
expect() {
  name=$1
  shift
  number=$((number + 1))
  set +e
  (
    set -e
    "$@"
  ) >"$work/output" 2>&1
  code=$?
  set -e
  case $code in
    0) echo "ok $name" ;;
    77) echo "ok $name # SKIP $(tail -n 1 "$work/output")" ;;
    *)
      echo "not ok $name"
      sed 's/^/# /' "$work/output"
      failed=1
      ;;
  esac
}

same() {
  [ "$1" = "$2" ] || {
    printf 'expected: %s\nfound:    %s\n' "$1" "$2"
    return 1
  }
}

# holds TEXT FILE
holds() {
  grep -qF -- "$1" "$2" || {
    printf 'expected: …%s…\nfound:    ' "$1"
    cat "$2"
    return 1
  }
}

# ends_with CODE COMMAND… : its output goes to $work/out and $work/err.
ends_with() {
  wanted=$1
  shift
  found=0
  "$@" >"$work/out" 2>"$work/err" || found=$?
  [ "$found" -eq "$wanted" ] || {
    echo "expected exit code $wanted, found $found of: $*"
    cat "$work/out" "$work/err"
    return 1
  }
}

# checkout FOLDER : a copy of the wrapper with a program that prints its text, folder, home and arguments.
checkout() {
  mkdir -p "$1/lib/gate/cli"
  cp "$repo/jbang" "$repo/jbang-catalog.json" "$1"
  cat >"$1/matrix.java" <<'END'
///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES lib/gate/**/*.java
public class matrix {
  public static void main(String[] args) throws Exception {
    System.exit(gate.cli.Main.run(args));
  }
}
END
  cat >"$1/lib/gate/cli/Main.java" <<'END'
package gate.cli;

public class Main {
  public static int run(String[] args) throws Exception {
    var out = new java.io.PrintStream(System.out, true, "UTF-8");
    switch (args.length == 0 ? "" : args[0]) {
      case "exit" -> {
        return Integer.parseInt(args[1]);
      }
      case "aside" -> out.println(System.getenv("GATE_SET_ASIDE") + "|" + System.getenv("CLASSPATH"));
      case "aot" -> out.println(System.getProperty("matrix.guardian.aot", ""));
      case "cat" -> System.in.transferTo(out);
      case "sleep" -> {
        out.println("asleep");
        Thread.sleep(60_000);
      }
      default ->
          out.println(
              String.join(
                  "|",
                  Text.VALUE,
                  System.getProperty("user.dir"),
                  System.getProperty("gate.home"),
                  String.join("|", args)));
    }
    return 0;
  }
}
END
  text "$1" one
}

text() {
  echo "package gate.cli; class Text { static final String VALUE = \"$2\"; }" >"$1/lib/gate/cli/Text.java"
}

# Runs the wrapper of $plain so that JBang can't start: only what is kept can run.
without_jbang() { JBANG_JAVA_OPTIONS=-XX:NoSuchOption "$@"; }

plain=$work/plain
checkout "$plain"
mkdir "$work/elsewhere"
odd="$work/with späces & it's 日本"

# ---- Calling -----------------------------------------------------------------------------------------------------------

arguments_and_folder() {
  cd "$work/elsewhere"
  for name in matrix.java matrix "$plain/matrix.java"; do
    same "one|$work/elsewhere|$plain|a b||it's|\$HOME|*|é" "$("$plain/jbang" "$name" 'a b' '' "it's" "\$HOME" '*' é)"
  done
  same "one|$plain|$plain|-h" "$(cd "$plain" && ./jbang ./matrix.java -h)"
  same "one|$plain|$plain|" "$(cd "$plain" && sh jbang matrix)"
}

other_files() {
  cd "$work/elsewhere"
  echo 'public class matrix2 { public static void main(String[] a) { System.out.println(a[0]); System.exit(4); } }' >matrix2.java
  ends_with 4 "$plain/jbang" matrix2.java "a 'b"
  same "a 'b" "$(cat "$work/out")"
  ends_with 0 "$plain/jbang" info tools matrix.java
  holds "$plain/lib/gate/cli/Main.java" "$work/out"
  ends_with 2 "$plain/jbang" nothing-here.java
}

odd_path() {
  checkout "$odd"
  cd "$odd"
  for run in cold warm; do
    same "one|$odd|$odd|é $run" "$(env -u LANG -u LC_CTYPE LC_ALL=C ./jbang matrix.java "é $run")"
  done
  # The build is shared with $plain, since the contents are the same; with a cache below this folder it is not.
  same "one|$odd|$odd|ü" "$(env -u LANG -u LC_CTYPE LC_ALL=POSIX XDG_CACHE_HOME="$odd/cache" ./jbang matrix.java ü)"
  same "one|$odd|$odd|ü" "$(env -u LANG -u LC_ALL -u LC_CTYPE XDG_CACHE_HOME="$odd/cache" ./jbang matrix.java ü)"
}

symbolic_link() {
  mkdir -p "$work/bin"
  ln -s ../plain/jbang "$work/bin/first"
  ln -s "$work/bin/first" "$work/bin/second"
  cd "$work/elsewhere"
  same "one|$work/elsewhere|$plain|list" "$("$work/bin/second" matrix list)"
}

old_name() {
  mkdir -p "$plain/scripts"
  cp "$repo/scripts/integration-matrix.sh" "$plain/scripts"
  ln -s "$plain/scripts/integration-matrix.sh" "$work/elsewhere/old"
  cd "$work/elsewhere"
  same "one|$work/elsewhere|$plain|a b" "$("$plain/scripts/integration-matrix.sh" 'a b')"
  same "one|$work/elsewhere|$plain|a b" "$(./old 'a b')"
}

old_name_of_the_doctor() {
  mkdir -p "$plain/scripts" "$work/sudo"
  cp "$repo/scripts/nested-kvm-check.sh" "$plain/scripts"
  # shellcheck disable=SC2016 # for the stand-in to expand
  printf '#!/bin/sh\necho "sudo $1 $2 $3 $4"; shift 4; exec "$@"\n' >"$work/sudo/sudo"
  chmod +x "$work/sudo/sudo"
  cd "$work/elsewhere"
  same "one|$work/elsewhere|$plain|doctor|kvm|--nested|on|--json" "$(env -u SUDO_UID "$plain/scripts/nested-kvm-check.sh" --json)"
  if [ "$(id -u)" = 0 ]; then # as the user who called sudo: no file of root's in that user's caches
    same "sudo -H -u #1234 --
one|$work/elsewhere|$plain|doctor|kvm|--nested|on" "$(SUDO_UID=1234 PATH="$work/sudo:$PATH" "$plain/scripts/nested-kvm-check.sh")"
  fi
}

catalog_agrees() {
  for pair in matrix=matrix.java test=tests/RunTests.java fmt=tests/tools/Format.java bench=benchmarks/Bench.java; do
    tr -d ' \n' <"$repo/jbang-catalog.json" | grep -qF "\"${pair%%=*}\":{\"script-ref\":\"${pair#*=}\""
    grep -qF "script=${pair#*=}" "$repo/jbang"
  done
}

help_and_no_command() {
  ends_with 0 "$plain/jbang" --help
  holds 'Usage: ./jbang' "$work/out"
  ends_with 2 "$plain/jbang"
  holds 'Usage: ./jbang' "$work/err"
}

# ---- Passing through -----------------------------------------------------------------------------------------------------

exit_code_and_input() {
  for code in 0 1 3 130 255; do
    ends_with "$code" "$plain/jbang" matrix exit "$code"
  done
  printf 'first\nsecond' >"$work/in"
  same "$(cat "$work/in")" "$("$plain/jbang" matrix cat <"$work/in")"
  text "$plain" two # cold, where JBang might read it
  same "$(cat "$work/in")" "$("$plain/jbang" matrix cat <"$work/in")"
  text "$plain" one
}

signals() {
  "$plain/jbang" matrix sleep >"$work/asleep" &
  pid=$!
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    [ ! -s "$work/asleep" ] || break
    sleep 0.2
  done
  holds asleep "$work/asleep"
  kill -TERM "$pid"
  found=0
  wait "$pid" || found=$?
  same 143 "$found"
}

java_options() {
  ends_with 0 env JAVA_TOOL_OPTIONS=-Dgate.home=wrong JDK_JAVA_OPTIONS=-version "$plain/jbang" matrix list
  same "one|$PWD|$plain|list" "$(cat "$work/out")"
  same 1 "$(wc -l <"$work/err" | tr -d ' ')"
  holds 'set aside' "$work/err"
  ends_with 0 env JAVA_TOOL_OPTIONS=-Xmx1g CLASSPATH=/elsewhere LD_PRELOAD=/nowhere/some.so "$plain/jbang" matrix aside
  same 'JAVA_TOOL_OPTIONS CLASSPATH LD_PRELOAD|null' "$(cat "$work/out")"
  same '|null' "$(GATE_SET_ASIDE=forged "$plain/jbang" matrix aside)"
}

# ---- What is kept --------------------------------------------------------------------------------------------------------

warm_start() {
  "$plain/jbang" matrix >/dev/null
  same "one|$PWD|$plain|list" "$(without_jbang "$plain/jbang" matrix list 2>&1)"
}

never_stale() {
  "$plain/jbang" matrix >/dev/null
  cp -p "$plain/lib/gate/cli/Text.java" "$work/before"
  text "$plain" two # of the same length and, by touch, of the same time
  touch -r "$work/before" "$plain/lib/gate/cli/Text.java"
  same "two|$PWD|$plain|" "$("$plain/jbang" matrix 2>/dev/null)"
  text "$plain" one
  same "one|$PWD|$plain|" "$(without_jbang "$plain/jbang" matrix)" # back: both are kept
  rm "$plain/lib/gate/cli/Text.java"
  ends_with 2 "$plain/jbang" matrix
  holds 'nothing was run' "$work/err"
  same '' "$(cat "$work/out")"
  text "$plain" one
  echo '// a comment' >>"$plain/matrix.java"
  ends_with 2 without_jbang "$plain/jbang" matrix
  checkout "$plain"
}

not_whole() {
  "$plain/jbang" matrix >/dev/null
  find "$work/cache" -name matrix.jar -exec rm {} +
  same "one|$PWD|$plain|" "$("$plain/jbang" matrix 2>/dev/null)"
  find "$work/cache" -name matrix.jar | grep -q .
}

sources_beyond() {
  checkout "$work/beyond"
  mkdir "$work/beyond/more"
  mv "$work/beyond/lib/gate/cli/Text.java" "$work/beyond/more"
  sed 's|^//SOURCES.*|&\
//SOURCES more/Text.java|' "$plain/matrix.java" >"$work/beyond/matrix.java"
  same "one|$PWD|$work/beyond|" "$("$work/beyond/jbang" matrix 2>"$work/err")"
  holds 'more/Text.java' "$work/err"
  sed 's/one/two/' "$work/beyond/more/Text.java" >"$work/changed"
  cp "$work/changed" "$work/beyond/more/Text.java"
  same "two|$PWD|$work/beyond|" "$("$work/beyond/jbang" matrix 2>/dev/null)"
}

two_at_once() {
  checkout "$work/twice"
  text "$work/twice" both
  rm -rf "$work/twice-cache"
  for copy in 1 2 3; do
    XDG_CACHE_HOME=$work/twice-cache "$work/twice/jbang" matrix >"$work/twice-$copy" 2>/dev/null &
  done
  wait
  for copy in 1 2 3; do
    same "both|$PWD|$work/twice|" "$(cat "$work/twice-$copy")"
  done
  if find "$work/twice-cache" -name 'fetch.*' | grep .; then return 1; fi
}

offline() {
  unshare -rn true 2>/dev/null || {
    echo 'unshare -rn is not permitted here'
    exit 77
  }
  checkout "$work/offline"
  text "$work/offline" net
  sed 's|^//SOURCES|//DEPS info.picocli:picocli:4.7.7\
&|' "$plain/matrix.java" >"$work/offline/matrix.java"
  "$work/offline/jbang" matrix >/dev/null
  same "net|$PWD|$work/offline|list" "$(unshare -rn "$work/offline/jbang" matrix.java list)"
  text "$work/offline" off # to be built anew
  same "off|$PWD|$work/offline|list" "$(unshare -rn "$work/offline/jbang" matrix.java list 2>/dev/null)"
}

aot() {
  "$plain/jbang" matrix >/dev/null
  same '' "$(without_jbang "$plain/jbang" matrix aot)"
  ends_with 0 "$plain/jbang" aot
  same '' "$(cat "$work/out")"
  kept=$(find "$work/cache" -name aot)
  [ -s "$kept" ]
  same "one|$PWD|$plain|list" "$(without_jbang "$plain/jbang" matrix list 2>&1)"
  same "$kept-guardian" "$(without_jbang "$plain/jbang" matrix aot)"
  echo 'not an AOT cache' >"$kept"
  same "one|$PWD|$plain|list" "$(without_jbang "$plain/jbang" matrix list 2>&1)"
  rm "$kept"
}

cache_in_checkout() {
  checkout "$work/checkout"
  : >"$work/file"
  same "one|$PWD|$work/checkout|" "$(XDG_CACHE_HOME=$work/file HOME=$work/file "$work/checkout/jbang" matrix 2>"$work/err")"
  [ -d "$work/checkout/.cccc/cache/integration-matrix/start" ]
}

# ---- What is missing -----------------------------------------------------------------------------------------------------

# tools FOLDER : the commands that the wrapper uses, without mvn and jbang.
tools() {
  mkdir -p "$1"
  for tool in sh env bash cat chmod cp dirname find grep locale mkdir mktemp mv readlink rm rmdir sha256sum shasum sort; do
    path=$(command -v "$tool") || continue
    [ -e "$1/$tool" ] || ln -s "$path" "$1/$tool"
  done
}

# A wrapper that only a JDK 99 satisfies, since real ones can't be hidden. jdk_99 FOLDER : says where it is and fails.
checkout "$work/jdks"
sed 's/^java_at_least=25$/java_at_least=99/' "$repo/jbang" >"$work/jdks/jbang"
jdk_99() {
  mkdir -p "$1/bin"
  printf '#!/bin/sh\necho "java of %s" >&2\nexit 1\n' "$1" >"$1/bin/java"
  printf '#!/bin/sh\necho javac 99.0.1\n' >"$1/bin/javac"
  chmod +x "$1/bin/java" "$1/bin/javac"
  [ -n "${2-}" ] || printf 'IMPLEMENTOR="nobody"\nJAVA_VERSION="99"\n' >"$1/release"
}

no_jdk() {
  ends_with 2 env HOME="$work/nobody" JAVA_HOME="$work/nothing" "$work/jdks/jbang" matrix
  holds 'no JDK 99 or newer was found' "$work/err"
  for way in 'apt-get install' 'brew install' 'nix develop' 'sdk install java'; do
    holds "$way" "$work/err"
  done
  same '' "$(cat "$work/out")"
}

jdk_places() {
  home=$work/some\ body
  for place in .sdkman/candidates/java/99-tem .jbang/cache/jdks/99 .jbang/currentjdk .jdks/openjdk-99 .gradle/jdks/a-99 \
    .nix-profile/lib/openjdk .local/share/mise/installs/java/99 .asdf/installs/java/openjdk-99 \
    Library/Java/JavaVirtualMachines/a-99.jdk/Contents/Home; do
    rm -rf "$home"
    jdk_99 "$home/$place"
    ends_with 2 env -u JBANG_DIR -u JAVA_HOME HOME="$home" "$work/jdks/jbang" matrix
    holds "java of $home/$place" "$work/err"
  done
  # Without a release file, by JAVA_HOME and by PATH through links; a JRE is passed over.
  rm -rf "$home"
  jdk_99 "$work/jdk 99" by-javac
  ends_with 2 env JAVA_HOME="$work/jdk 99" "$work/jdks/jbang" matrix
  holds "java of $work/jdk 99" "$work/err"
  mkdir -p "$work/alternatives"
  ln -s "../jdk 99/bin/javac" "$work/alternatives/javac"
  ends_with 2 env -u JAVA_HOME PATH="$work/alternatives:$PATH" "$work/jdks/jbang" matrix
  holds "java of $work/jdk 99" "$work/err"
  rm "$work/jdk 99/bin/javac"
  ends_with 2 env HOME="$work/nobody" JAVA_HOME="$work/jdk 99" "$work/jdks/jbang" matrix
  holds 'no JDK 99 or newer was found' "$work/err"
}

wrong_checksum() {
  mkdir -p "$work/bad/integration-matrix" "$work/nobody/.m2/repository/dev/jbang/jbang-cli/0.132.1"
  echo 'not JBang' >"$work/bad/integration-matrix/jbang-cli-0.132.1-all.jar"
  ends_with 2 env XDG_CACHE_HOME="$work/bad" "$plain/jbang" matrix
  holds "$work/bad/integration-matrix/jbang-cli-0.132.1-all.jar isn't JBang 0.132.1" "$work/err"
  same 1 "$(wc -l <"$work/err" | tr -d ' ')"
  rm -r "$work/bad"
  echo 'not JBang' >"$work/nobody/.m2/repository/dev/jbang/jbang-cli/0.132.1/jbang-cli-0.132.1-all.jar"
  ends_with 2 env HOME="$work/nobody" XDG_CACHE_HOME="$work/bad" "$plain/jbang" --version
  holds "isn't JBang 0.132.1" "$work/err"
  same '' "$(find "$work/bad" -name 'jbang-cli*' -o -name 'fetch.*')"
  rm -r "$work/nobody"
}

# An mvn of ours, that copies $work/brought where it is asked to.
fake_maven() {
  tools "$work/with-maven"
  cat >"$work/with-maven/mvn" <<END
#!/bin/sh
for word in "\$@"; do
  case \$word in
    -DoutputDirectory=*) cp "$work/brought" "\${word#*=}/jbang-cli-0.132.1-all.jar" || exit ;;
  esac
done
printf '%s ' "\$@" >"$work/maven-arguments"
printf "%s" * >"$work/maven-folder"
echo 'Maven says something'
END
  chmod +x "$work/with-maven/mvn"
}

by_maven() {
  fake_maven
  "$plain/jbang" --version 2>/dev/null
  cp "$work/cache/integration-matrix/jbang-cli-0.132.1-all.jar" "$work/brought"
  ends_with 0 env PATH="$work/with-maven" HOME="$work/nobody" XDG_CACHE_HOME="$work/maven-cache" JAVA_HOME="$jdk" \
    "$plain/jbang" matrix list
  same "one|$PWD|$plain|list" "$(cat "$work/out")"
  holds 'dependency-plugin:3.8.1:copy' "$work/maven-arguments"
  holds 'dev.jbang:jbang-cli:0.132.1:jar:all' "$work/maven-arguments"
  same 'jbang-cli-0.132.1-all.jar' "$(cat "$work/maven-folder")"
  echo more >>"$work/brought"
  ends_with 2 env PATH="$work/with-maven" HOME="$work/nobody" XDG_CACHE_HOME="$work/maven-cache-2" JAVA_HOME="$jdk" \
    "$plain/jbang" matrix list
  holds "what Maven brought" "$work/err"
  same '' "$(find "$work/maven-cache-2" -name 'jbang-cli*' -o -name 'fetch.*')"
  rm "$work/brought"
  ends_with 2 env PATH="$work/with-maven" HOME="$work/nobody" XDG_CACHE_HOME="$work/maven-cache-2" JAVA_HOME="$jdk" \
    "$plain/jbang" matrix list
  holds 'Maven could not fetch' "$work/err"
}

neither_maven_nor_jbang() {
  tools "$work/bare"
  # The wrapper on PATH, by a link, is no JBang that could be handed anything.
  mkdir -p "$work/links"
  ln -sf "$plain/jbang" "$work/links/jbang"
  ends_with 2 env PATH="$work/bare:$work/links" HOME="$work/nobody" XDG_CACHE_HOME="$work/none" JAVA_HOME="$jdk" \
    "$plain/jbang" matrix
  holds 'JBang is missing' "$work/err"
  for way in 'apt-get install' 'brew install' 'nix develop' 'sdk install'; do
    holds "$way" "$work/err"
  done
}

a_program_is_missing() {
  ends_with 2 env PATH= "$plain/jbang" matrix list
  same "jbang: the program \`find\` is missing: it isn't on PATH, which is '', so nothing was run." "$(cat "$work/err")"
  tools "$work/no-digests"
  rm -f "$work/no-digests/sha256sum" "$work/no-digests/shasum"
  ends_with 2 env PATH="$work/no-digests" "$plain/jbang" matrix list
  holds "the program \`sha256sum\` is missing" "$work/err"
}

users_jbang() {
  tools "$work/bare"
  mkdir -p "$work/theirs"
  # shellcheck disable=SC2016 # for the stand-in to expand
  printf '%s\n' '#!/bin/sh' 'printf "%s|" "$@"' 'exit 5' >"$work/theirs/jbang"
  chmod +x "$work/theirs/jbang"
  ends_with 5 env PATH="$work/bare:$work/theirs" HOME="$work/nobody" XDG_CACHE_HOME="$work/none" JAVA_HOME="$jdk" \
    "$plain/jbang" matrix 'a b'
  same "run|-Dgate.home=$plain|$plain/matrix.java|a b|" "$(cat "$work/out")"
  ends_with 5 env PATH="$work/bare:$work/theirs" HOME="$work/nobody" XDG_CACHE_HOME="$work/none" JAVA_HOME="$jdk" \
    "$plain/jbang" init x.java
  same 'init|x.java|' "$(cat "$work/out")"
}

# The JDK that the wrapper finds on this machine.
jdk=$("$plain/jbang" info tools matrix.java 2>/dev/null | sed -n 's/.*"availableJdkPath": "\(.*\)".*/\1/p')

expect 'arguments and folder reach the program' arguments_and_folder
expect 'other files and commands are JBang'"'"'s' other_files
expect 'spaces and letters beyond ASCII in the path, in the POSIX locale' odd_path
expect 'called by symbolic links' symbolic_link
expect 'called by the old name' old_name
expect 'called by the old name of the doctor' old_name_of_the_doctor
expect 'the catalog and the wrapper name the same scripts' catalog_agrees
expect 'help, and no command' help_and_no_command
expect 'exit code and standard input pass through' exit_code_and_input
expect 'signals reach the program' signals
expect 'Java options, class paths and preloaded libraries of the environment are set aside, by name' java_options
expect 'a warm start needs no JBang' warm_start
expect 'a changed source is never started stale' never_stale
expect 'what is no longer whole is built anew' not_whole
expect 'sources beyond lib are never kept' sources_beyond
expect 'three at once with an empty cache' two_at_once
expect 'no network after the first run' offline
expect 'the AOT cache, whole and broken' aot
expect 'the cache is in the checkout where it can be nowhere else' cache_in_checkout
expect 'no JDK' no_jdk
expect 'a JDK in each usual place' jdk_places
expect 'a wrong checksum' wrong_checksum
expect 'JBang by Maven' by_maven
expect 'neither Maven nor JBang' neither_maven_nor_jbang
expect 'the JBang of the user' users_jbang
expect 'a program that each start needs is missing' a_program_is_missing
echo "1..$number"
exit "$failed"
