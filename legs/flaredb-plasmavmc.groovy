step('virtual machines are made, started, stopped and deleted') {
    cargoTest('plasmavmc', test: 'vms')
}
step('no acknowledged machine is lost across leader switches, and each runs once') {
    cargoTest('plasmavmc', test: 'metadata_durability')
}
