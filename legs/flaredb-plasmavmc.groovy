step('virtual machines are made, started, stopped and deleted') {
    cargoTest('plasmavmc', test: 'vms')
}
step('no acknowledged machine is lost across leader switches, and each runs once') {
    cargoTest('plasmavmc', test: 'metadata_durability')
}
step('a real virtual machine boots, answers and leaves nothing behind', when: toggles.PLASMA_E2E, accelerator: 'kvm') {
    cargoTest('plasmavmc', test: 'e2e', ignored: true,
              env: [PLASMAVMC_QEMU_PATH: qemu.path, PLASMAVMC_QCOW2_PATH: disk.path])
}
