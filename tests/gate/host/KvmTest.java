package gate.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import gate.host.Kvm.Level;
import gate.host.Kvm.Nested;
import gate.host.KvmDevice.Answer;
import gate.kernel.HostRunner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("KVM of a host, faked below a folder,")
class KvmTest {
  private static final String INTEL = "GenuineIntel";
  private static final String AMD = "AuthenticAMD";

  @TempDir Path root;

  interface Faked {
    void at(FakeHost host) throws IOException;
  }

  private static FakeHost intel(FakeHost host, String nested) throws IOException {
    return host.cpu(INTEL, "vmx").device().module("kvm_intel", nested);
  }

  static Stream<Arguments> hosts() {
    return Stream.of(
        host(
            "Intel, nested",
            it -> intel(it, "Y").qemu(FakeHost.ran(true)),
            Level.USABLE,
            Nested.ON,
            "a 64-bit guest ran on it",
            ""),
        host(
            "Intel, not nested",
            it -> intel(it, "N").qemu(FakeHost.ran(true)),
            Level.USABLE,
            Nested.OFF,
            "query-kvm says so",
            ""),
        host(
            "AMD, nested",
            it -> it.cpu(AMD, "svm").device().module("kvm_amd", "1").qemu(FakeHost.ran(true)),
            Level.USABLE,
            Nested.ON,
            "a 64-bit guest ran",
            ""),
        host(
            "AMD, not nested",
            it -> it.cpu(AMD, "svm").device().module("kvm_amd", "0").qemu(FakeHost.ran(true)),
            Level.USABLE,
            Nested.OFF,
            "a 64-bit guest ran",
            ""),
        host(
            "arm64",
            it -> it.file("proc/cpuinfo", "CPU implementer\t: 0x41\n").device(),
            Level.ABSENT,
            Nested.UNKNOWN,
            "no x86-64 machine",
            "run on an x86-64 machine"),
        host(
            "no module",
            it -> it.cpu(INTEL, "vmx"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "the module kvm_intel isn't loaded",
            "sudo modprobe kvm_intel"),
        host(
            "no module, on NixOS",
            it -> it.cpu(AMD, "svm").file("etc/os-release", "NAME=NixOS\nID=nixos\n"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "kvm_amd isn't loaded",
            "boot.kernelModules = [ \"kvm-amd\" ];"),
        host(
            "no virtualization in the processor",
            it -> it.cpu(INTEL, "sse2"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "the processor has no vmx",
            "in the firmware's setup"),
        host(
            "a virtual machine at Google",
            it -> it.cpu(INTEL, "hypervisor").file("sys/class/dmi/id/sys_vendor", "Google\n"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "a virtual machine of Google Compute Engine",
            "--enable-nested-virtualization"),
        host(
            "a virtual machine of another hypervisor",
            it -> it.cpu(AMD, "hypervisor").file("sys/class/dmi/id/sys_vendor", "QEMU\n"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "has no svm",
            "-cpu host"),
        host(
            "no permission",
            it -> {
              intel(it, "Y").qemu(FakeHost.ran(true));
              it.kvm = new Answer.Denied();
            },
            Level.NO_PERMISSION,
            Nested.ON,
            "may not open /dev/kvm (rw-",
            "MODE=\"0660\""),
        host(
            "no permission, on NixOS",
            it -> {
              intel(it, "Y").file("etc/NIXOS", "");
              it.kvm = new Answer.Denied();
            },
            Level.NO_PERMISSION,
            Nested.ON,
            "may not open",
            "users.users.ada.extraGroups = [ \"kvm\" ];"),
        host(
            "a container without the device",
            it -> it.cpu(INTEL, "vmx").file(".dockerenv", ""),
            Level.ABSENT,
            Nested.UNKNOWN,
            "in this docker container",
            "--device /dev/kvm"),
        host(
            "a pod without the device",
            it -> it.cpu(INTEL, "vmx").file("proc/1/cgroup", "0::/kubepods/besteffort/pod1\n"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "in this kubepods container",
            "--device /dev/kvm"),
        host(
            "WSL2",
            it ->
                it.cpu(INTEL, "hypervisor")
                    .file("proc/sys/kernel/osrelease", "5.15.90.1-microsoft-standard-WSL2\n"),
            Level.ABSENT,
            Nested.UNKNOWN,
            "in this WSL",
            "nestedVirtualization=true"),
        host(
            "a guest that never runs",
            it -> it.cpu(AMD, "sse2").device().module("kvm_pvm", "").qemu("sleep 60\n"),
            Level.NO_GUEST,
            Nested.UNKNOWN,
            "didn't come to its end within 5 s; the processor has no svm; the kernel's module is"
                + " kvm_pvm",
            "PLASMA_ACCEL=tcg"),
        host(
            "a QEMU that falls back to TCG",
            it -> intel(it, "Y").qemu(FakeHost.ran(false)),
            Level.NO_GUEST,
            Nested.ON,
            "asked for `-accel kvm`, QEMU ran the guest on TCG",
            "PLASMAVMC_QEMU_PATH"),
        host(
            "a QEMU that says nothing over QMP",
            it -> intel(it, "Y").qemu("printf 'a 64-bit guest ran\\n' > \"$serial\"; exit 33\n"),
            Level.NO_GUEST,
            Nested.ON,
            "didn't say over QMP",
            "PLASMAVMC_QEMU_PATH"),
        host(
            "a QEMU whose guest says nothing",
            it -> intel(it, "Y").qemu("echo '{\"return\": {\"enabled\": true}}'; exit 33\n"),
            Level.NO_GUEST,
            Nested.ON,
            "the guest wrote nothing",
            "kvm_intel or kvm_amd"),
        host(
            "a QEMU that crashes",
            it -> intel(it, "Y").qemu("echo 'qemu: kvm run failed' >&2; kill -SEGV $$\n"),
            Level.NO_GUEST,
            Nested.ON,
            "killed by SIGSEGV (11): qemu: kvm run failed",
            "kvm_intel or kvm_amd"),
        host(
            "a QEMU that can't use KVM",
            it -> intel(it, "Y").qemu("echo 'failed to initialize kvm: busy' >&2; exit 1\n"),
            Level.NO_GUEST,
            Nested.ON,
            "exit code 1: failed to initialize kvm: busy",
            "kvm_intel or kvm_amd"),
        host(
            "no QEMU",
            it -> intel(it, "Y"),
            Level.UNTRIED,
            Nested.ON,
            "no guest was booted",
            "install QEMU to try it"),
        host(
            "a device that isn't KVM's",
            it -> {
              intel(it, "Y").qemu(FakeHost.ran(true));
              it.kvm = new Answer.Failed("KVM_GET_API_VERSION", "error 25");
            },
            Level.NO_ANSWER,
            Nested.ON,
            "opens, but KVM_GET_API_VERSION fails: error 25",
            "PLASMA_ACCEL=tcg"),
        host(
            "another API",
            it -> {
              intel(it, "Y").qemu(FakeHost.ran(true));
              it.kvm = new Answer.Api(11);
            },
            Level.NO_ANSWER,
            Nested.ON,
            "version 11 of the API, not 12",
            "PLASMA_ACCEL=tcg"));
  }

  private static Arguments host(
      String name, Faked host, Level level, Nested nested, String proof, String fix) {
    return arguments(name, host, level, nested, proof, fix);
  }

  @ParameterizedTest(name = "with {0}, is {2}, nested {3}")
  @MethodSource("hosts")
  void is_judged_by_what_runs_on_it(
      String name, Faked faked, Level level, Nested nested, String proof, String fix)
      throws IOException {
    FakeHost fake = new FakeHost(root);
    faked.at(fake);
    try (HostRunner runner = new HostRunner(fake.world())) {
      Host host = new Host(fake.world(), runner, device -> fake.kvm);
      Kvm kvm = host.kvm(Optional.empty());
      assertThat(kvm.level()).isEqualTo(level);
      assertThat(kvm.nested()).isEqualTo(nested);
      assertThat(kvm.fact().proof()).contains(proof);
      assertThat(kvm.fact().fix()).contains(fix).doesNotContain("chmod");
      assertThat(kvm.fact().fix().isEmpty()).isEqualTo(fix.isEmpty());
      assertThat(kvm.fact().proven()).isEqualTo(level == Level.USABLE);
      assertThat(kvm.fact().usable()).isEqualTo(level == Level.USABLE || level == Level.UNTRIED);
    }
  }

  @ParameterizedTest(name = "not nested on {0}, is mended by {2}")
  @MethodSource("nesting")
  void that_is_not_nested_is_mended_as_its_host_has_it(String name, Faked faked, String fix)
      throws IOException {
    FakeHost fake = new FakeHost(root);
    faked.at(fake);
    try (HostRunner runner = new HostRunner(fake.world())) {
      Host host = new Host(fake.world(), runner, device -> fake.kvm);
      Fact nested = host.nested(host.kvm(Optional.empty()), Optional.of("on"));
      assertThat(nested.usable()).isFalse();
      assertThat(nested.level()).isEqualTo("off");
      assertThat(nested.fix()).contains(fix);
    }
  }

  static Stream<Arguments> nesting() {
    return Stream.of(
        arguments(
            "Intel and Debian",
            (Faked) it -> intel(it, "N"),
            "echo 'options kvm_intel nested=1' | sudo tee /etc/modprobe.d/nested-kvm.conf"),
        arguments(
            "Intel and NixOS",
            (Faked) it -> intel(it, "N").file("etc/NIXOS", ""),
            "boot.extraModprobeConfig = \"options kvm-intel nested=1\";"),
        arguments(
            "AMD and NixOS",
            (Faked) it -> it.cpu(AMD, "svm").device().module("kvm_amd", "0").file("etc/NIXOS", ""),
            "\"options kvm-amd nested=1\""),
        arguments(
            "a container",
            (Faked) it -> intel(it, "N").file(".dockerenv", ""),
            "at the container's host"),
        arguments(
            "WSL2",
            (Faked) it -> intel(it, "N").file("proc/version", "Linux Microsoft WSL2"),
            ".wslconfig"));
  }

  @Test
  void that_is_a_plain_file_answers_nothing() throws IOException {
    FakeHost fake = new FakeHost(root).cpu(INTEL, "vmx").device();
    assertThat(KvmDevice.system().ask(fake.root.resolve("dev/kvm")))
        .isEqualTo(new Answer.Failed("KVM_GET_API_VERSION", "error 25"));
    assertThat(KvmDevice.system().ask(fake.root.resolve("dev/none")))
        .isEqualTo(new Answer.Failed("open", "error 2"));
  }
}
