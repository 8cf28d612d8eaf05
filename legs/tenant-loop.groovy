step('connections are balanced over healthy backends, and drained') {
    cargoTest('fiberlb', test: 'balancing')
}
step('names are answered as they are now') {
    cargoTest('flashdns', test: 'answers')
}
step('a tenant gets credits, a machine, a name and an address, is billed, and is refused in the end') {
    cargoTest('tenant-loop', test: 'tenant_loop')
}
