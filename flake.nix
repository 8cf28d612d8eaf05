{
  description = "Integration Matrix Gate: no release without a green run that can be shown";

  inputs.nixpkgs.url = "nixpkgs/nixos-25.11";

  outputs =
    { self, nixpkgs }:
    let
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      perSystem =
        make: nixpkgs.lib.genAttrs systems (system: make system nixpkgs.legacyPackages.${system});

      # What the gate, its legs and its own tests run.
      tools = pkgs: [
        pkgs.jdk25
        pkgs.maven
        pkgs.cargo
        pkgs.rustc
        pkgs.qemu
        pkgs.git
      ];
    in
    {
      devShells = perSystem (
        system: pkgs: {
          default = pkgs.mkShell {
            packages = tools pkgs ++ [
              pkgs.jbang
              pkgs.clippy
              pkgs.rustfmt
              pkgs.shellcheck
            ];
            JAVA_HOME = pkgs.jdk25.home;
          };
        }
      );

      # In a checkout, the checkout's own files, with the changes not committed yet: a run is evidence about the tree
      # that it stands in. Elsewhere, the files of this flake.
      packages = perSystem (
        system: pkgs: {
          matrix = pkgs.writeShellApplication {
            name = "matrix";
            runtimeInputs = tools pkgs;
            text = ''
              export JAVA_HOME=${pkgs.jdk25.home}
              root=$(git rev-parse --show-toplevel 2>/dev/null) || root=
              if [ -n "$root" ] && [ -x "$root/jbang" ] && [ -f "$root/matrix.java" ]; then
                exec "$root/jbang" matrix.java "$@"
              fi
              exec ${self}/jbang matrix.java "$@"
            '';
          };
        }
      );

      apps = perSystem (
        system: pkgs: {
          matrix = {
            type = "app";
            program = nixpkgs.lib.getExe self.packages.${system}.matrix;
          };
        }
      );

      checks = perSystem (
        system: pkgs: {
          # Each file of a kept run is the one that was kept. Whether a commit may be released takes its history, which a
          # flake doesn't see: that is `matrix gate`.
          evidence = pkgs.runCommand "evidence" { } ''
            cd ${self}
            for sums in docs/evidence/*/SHA256SUMS; do
              [ -e "$sums" ] || continue
              (cd "$(dirname "$sums")" && sha256sum --check --strict --quiet SHA256SUMS)
            done
            touch "$out"
          '';
          workflows = pkgs.runCommand "workflows" { nativeBuildInputs = [ pkgs.actionlint ]; } ''
            actionlint ${self}/.github/workflows/*.yml
            touch "$out"
          '';
        }
      );

      # On the host that runs virtual machines: KVM for the group kvm, and guests that can be hosts in turn. It takes one
      # reboot; `doctor kvm --nested on` tells whether it worked.
      nixosModules.nested-kvm =
        { config, lib, ... }:
        let
          cfg = config.services.nested-kvm;
        in
        {
          options.services.nested-kvm.users = lib.mkOption {
            type = lib.types.listOf lib.types.str;
            default = [ ];
            description = "Who may open /dev/kvm.";
          };
          config = {
            # The options of a module that isn't loaded do nothing, so both can stand here.
            boot.extraModprobeConfig = ''
              options kvm-intel nested=1
              options kvm-amd nested=1
            '';
            users.groups.kvm.members = cfg.users;
          };
        };
    };
}
