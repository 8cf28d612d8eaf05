step('a cluster of three survives the death of its leader') {
    cargoTest('chainfire', test: 'failover', threads: 8)   // they mostly wait
}
step('every key stays linearizable while leaders are killed, paused and cut off') {
    cargoTest('chainfire', test: 'linearizability')
}
step('transactions, leases and watches hold what they promise') {
    cargoTest('chainfire', test: 'store', threads: 8)
}
step('a database reads back what it wrote before its leader died') {
    cargoTest('flaredb', test: 'failover', threads: 3)
}
step('rows are written by version, one by one and together') {
    cargoTest('flaredb', test: 'rows')                     // of FLAREDB_ENDPOINT, where that is named
}
