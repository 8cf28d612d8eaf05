step('credits are reserved, committed and rolled back') {
    cargoTest('creditservice', test: 'accounts', threads: 4)
}
step('racing clients conserve credits while servers are killed') {
    cargoTest('creditservice', test: 'contention')
}
step('only machines that are paid for run, and failed ones cost nothing') {
    cargoTest('plasmavmc', test: 'admission')
}
