step('a cluster of three survives the death of its leader') {
    cargoTest('chainfire', test: 'failover', threads: 8)   // they mostly wait
}
step('a database reads back what it wrote before its leader died') {
    cargoTest('flaredb', test: 'failover')
}
