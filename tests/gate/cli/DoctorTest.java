package gate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.sun.net.httpserver.HttpServer;
import gate.base.ThisCheckout;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The doctor")
class DoctorTest {
  private static final String YAML =
      """
      name: test
      toggles:
        PLASMA_E2E: { type: flag }
        PLASMA_ACCEL: { type: choice, values: [auto, kvm, tcg], default: auto }
        PLASMAVMC_QEMU_PATH: { type: path }
        PLASMAVMC_QCOW2_PATH: { type: path }
      services:
        good: { endpoint: GOOD_ENDPOINT, health: /healthz, started-by: tests }
        gone: { endpoint: GONE_ENDPOINT, started-by: tests }
      legs:
        plain: { title: Plain }
        boots: { title: Boots }
      """;

  @TempDir Path temp;
  private Checkout project;

  @BeforeEach
  void project() {
    project =
        new Checkout(temp)
            .ownLegs()
            .file("matrix.yaml", YAML)
            .leg("plain", "step('a') { exec('true') }\n")
            .leg(
                "boots",
                "step('a', when: toggles.PLASMA_E2E, accelerator: 'kvm') { exec('true') }\n")
            .qemu();
  }

  /** What it says as JSON, which is as the schema has it. */
  private JsonNode json(Checkout.Result result) throws IOException {
    JsonNode json = new ObjectMapper().readTree(result.out());
    JsonSchema schema =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(Files.readString(ThisCheckout.root().resolve("docs/doctor.schema.json")));
    assertThat(schema.validate(json)).isEmpty();
    assertThat(json.path("ok").booleanValue()).isEqualTo(result.code() == 0);
    return json;
  }

  private static List<String> names(JsonNode json) {
    List<String> names = new ArrayList<>();
    json.path("facts").forEach(fact -> names.add(fact.path("name").textValue()));
    return names;
  }

  @Test
  void tells_all_it_finds_out() throws IOException {
    Checkout.Result result = project.run("doctor", "--json");
    assertThat(names(json(result)))
        .contains("cargo", "git", "nix", "memory", "clock", "qemu", "qemu-img", "kvm");
    assertThat(project.run("doctor").out()).contains("a 64-bit guest ran under TCG in", "kvm");
    assertThat(temp.resolve(".cccc")).as("it writes nothing").doesNotExist();
  }

  @Test
  void calls_KVM_unusable_where_no_guest_runs_on_it() throws IOException {
    Checkout.Result result = project.run("doctor", "kvm", "--json");
    assertThat(result.code()).isEqualTo(1);
    JsonNode kvm = json(result).path("facts").path(0);
    assertThat(kvm.path("state").textValue()).isEqualTo("missing");
    assertThat(kvm.path("fix").textValue()).isNotEmpty();
    assertThat(project.run("doctor", "kvm", "--nested", "on").code()).isEqualTo(1);
  }

  @Test
  void judges_QEMU_by_what_it_does() throws IOException {
    assertThat(project.run("doctor", "qemu").code()).isZero();
    project.env("PLASMAVMC_QEMU_PATH", "/bin/true");
    Checkout.Result result = project.run("doctor", "qemu", "--json");
    assertThat(result.code()).isEqualTo(1);
    assertThat(json(result).path("facts").path(0).path("proof").textValue())
        .contains("/bin/true is not QEMU");
    assertThat(project.run("doctor").code()).as("nobody asked for machines").isZero();
    assertThat(project.env("PLASMA_E2E", "1").run("doctor").code()).isEqualTo(1);
  }

  @Test
  void asks_the_services_that_are_named() throws IOException {
    assertThat(project.run("doctor", "services").out())
        .contains("no service's endpoint is named; these would: GOOD_ENDPOINT, GONE_ENDPOINT");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/healthz",
        exchange -> {
          byte[] body =
              "{\"service\":\"good\",\"version\":\"2.1\"}".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, body.length);
          try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
          }
        });
    server.start();
    try {
      project.env("GOOD_ENDPOINT", "http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(project.run("doctor", "services").code()).isZero();
      project.env("GONE_ENDPOINT", "http://127.0.0.1:1");
      Checkout.Result result = project.run("doctor", "services", "--json");
      assertThat(result.code()).isEqualTo(1);
      JsonNode facts = json(result).path("facts");
      assertThat(facts.path(0).path("details").path("version").textValue()).isEqualTo("2.1");
      assertThat(facts.path(1).path("level").textValue()).isEqualTo("refused");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          doctor kvn | doctor knows nothing of `kvn`; did you mean `kvm`?
          doctor xyz | doctor knows nothing of `xyz`; there is all, kvm, qemu, services, toolchain
          doctor kvm --nested maybe | --nested `maybe`: it is on, off or any
          doctor --nested on | --nested is for `doctor kvm`
          doctor kvm qemu | there is no argument `qemu`
          """)
  void refuses_what_it_does_not_know(String words, String sentence) {
    Checkout.Result result = project.run(words.split(" "));
    assertThat(result.err()).contains(sentence);
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void has_no_guest_booted_for_a_plan_without_machines() throws IOException {
    Path marker = temp.resolve("asked");
    String asked = "echo \"$*\" >> " + marker + "\n";
    Path stand = temp.resolve("fake/qemu-system-x86_64");
    Files.writeString(stand, Files.readString(stand).replace("#!/bin/sh\n", "#!/bin/sh\n" + asked));
    assertThat(project.run().code()).isZero();
    assertThat(project.run("plan").code()).isZero();
    assertThat(marker).doesNotExist();
    project.env("PLASMA_E2E", "1");
    assertThat(project.run("plain").code()).isZero();
    assertThat(project.run("--dry-run").code()).isZero();
    assertThat(marker).doesNotExist();
    assertThat(project.run("plan").out()).contains("so: boots step 1 runs on TCG");
    assertThat(Files.readString(marker)).contains("--version");
  }
}
