# Stands in for nixpkgs: what ../../../flake.nix asks of it, and nothing more, so that a name that flake.nix gets wrong, or
# one it newly needs, fails here. That nixpkgs itself has these names, only nixpkgs can tell.
{
  outputs =
    { self }:
    let
      package =
        system: name: extra:
        derivation {
          inherit system name;
          builder = "/bin/sh";
        }
        // extra;
      packagesFor =
        system:
        builtins.listToAttrs (
          map
            (name: {
              inherit name;
              value = package system name { home = "/nix/store/${name}/lib/openjdk"; };
            })
            [
              "jdk25"
              "jbang"
              "maven"
              "cargo"
              "rustc"
              "clippy"
              "rustfmt"
              "qemu"
              "git"
              "shellcheck"
              "actionlint"
            ]
        )
        // {
          mkShell =
            { packages, JAVA_HOME }:
            package system "shell" {
              inherit JAVA_HOME;
              tools = map (tool: tool.name) packages;
            };
          runCommand =
            name: attributes: text:
            package system name {
              inherit text;
              tools = map (tool: tool.name) (attributes.nativeBuildInputs or [ ]);
            };
          writeShellApplication =
            {
              name,
              runtimeInputs,
              text,
            }:
            package system name {
              inherit text;
              tools = map (tool: tool.name) runtimeInputs;
              meta.mainProgram = name;
            };
        };
      genAttrs =
        names: make:
        builtins.listToAttrs (
          map (name: {
            inherit name;
            value = make name;
          }) names
        );
    in
    {
      lib = {
        inherit genAttrs;
        getExe = package: "${package.outPath}/bin/${package.meta.mainProgram}";
      };
      legacyPackages = genAttrs [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ] packagesFor;
    };
}
