step('metrics are read as they are meant, across resets and restarts') {
    cargoTest('nightlight', test: 'metering')
}
step('a bill is what the ledger says, to the unit') {
    cargoTest('nightlight', test: 'billing')
}
step('every alert is delivered, none before its time') {
    cargoTest('nightlight', test: 'alerts')
}
