package gate.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import gate.base.Diagnostic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The compiler of legs")
class LegCompilerTest {
  private static final String SCRIPT = "step('a') { log(toggles.DISK.toString()) }\n";

  @TempDir Path temp;
  private Path legs;
  private Path cache;

  @BeforeEach
  void folders() throws IOException {
    legs = Files.createDirectories(temp.resolve("legs"));
    cache = temp.resolve("cache");
  }

  private Compiled compile(String name) {
    return compile(name, Recorded.DECLARED);
  }

  private Compiled compile(String name, Declared declared) {
    return new LegCompiler(Optional.of(cache))
        .compile(List.of(new Script(name, legs.resolve(name + ".groovy"), declared)));
  }

  private void script(String name, String text) throws IOException {
    Files.writeString(legs.resolve(name + ".groovy"), text);
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.sorted().toList();
    }
  }

  private static String wrong(Compiled compiled) {
    return compiled instanceof Compiled.Failed failed
        ? String.join("\n", failed.diagnostics().stream().map(Diagnostic::render).toList())
        : "";
  }

  @Test
  void keeps_what_it_compiled_until_the_script_or_the_declared_names_change() throws IOException {
    script("a", SCRIPT);
    assertThat(compile("a")).isInstanceOf(Compiled.Ok.class);
    assertThat(kept()).hasSize(1);
    var time = Files.getLastModifiedTime(kept().getFirst());
    assertThat(compile("a")).isInstanceOf(Compiled.Ok.class);
    assertThat(kept()).hasSize(1);
    assertThat(Files.getLastModifiedTime(kept().getFirst())).isEqualTo(time);
    script("a", SCRIPT + "// changed\n");
    compile("a");
    assertThat(kept()).hasSize(2);
    Declared other = new Declared(Set.of(), Set.of(), Set.of(), Set.of(), List.of());
    assertThat(wrong(compile("a", other))).contains("there is no toggle `DISK`");
    assertThat(kept()).as("a script that fails isn't kept").hasSize(2);
  }

  @Test
  void takes_what_it_kept_and_runs_it() throws IOException {
    script("a", SCRIPT);
    compile("a");
    assertThat(done("a")).containsExactly("log ");
  }

  /** What the leg's step does. */
  private List<Object> done(String name) {
    Recorded recorded = new Recorded();
    ((Compiled.Ok) compile(name))
        .legs()
        .get(name)
        .steps(recorded.context())
        .getFirst()
        .body()
        .run();
    return recorded.done;
  }

  @Test
  void compiles_anew_where_what_another_script_became_lies_in_its_place() throws IOException {
    script("a", "step('a') { log('one') }\n");
    compile("a");
    Path file = kept().getFirst();
    byte[] own = Files.readAllBytes(file);
    script("a", "step('a') { log('other') }\n");
    compile("a");
    Path other = kept().stream().filter(it -> !it.equals(file)).findFirst().orElseThrow();
    Files.copy(other, file, StandardCopyOption.REPLACE_EXISTING);
    script("a", "step('a') { log('one') }\n");
    assertThat(done("a")).containsExactly("log one");
    assertThat(Files.readAllBytes(file)).as("it is mended").isEqualTo(own);
  }

  @Test
  void compiles_anew_what_is_torn_or_changed_on_the_disk() throws IOException {
    script("a", SCRIPT);
    compile("a");
    Path file = kept().getFirst();
    byte[] whole = Files.readAllBytes(file);
    for (byte[] broken :
        List.of(
            new byte[0],
            "nonsense".getBytes(StandardCharsets.UTF_8),
            java.util.Arrays.copyOf(whole, whole.length - 7),
            changed(whole))) {
      Files.write(file, broken);
      assertThat(compile("a")).isInstanceOf(Compiled.Ok.class);
      assertThat(Files.readAllBytes(file)).as("it is mended").isEqualTo(whole);
    }
  }

  private static byte[] changed(byte[] whole) {
    byte[] changed = whole.clone();
    changed[whole.length / 2] ^= 1;
    return changed;
  }

  @Test
  void works_where_nothing_can_be_kept_and_beside_others() throws IOException {
    script("a", SCRIPT);
    Files.writeString(cache, "a file where the folder should be");
    assertThat(compile("a")).isInstanceOf(Compiled.Ok.class);
    Files.delete(cache);
    List<CompletableFuture<Compiled>> all =
        Stream.generate(() -> CompletableFuture.supplyAsync(() -> compile("a"))).limit(4).toList();
    assertThat(all).allMatch(it -> it.join() instanceof Compiled.Ok);
    assertThat(kept()).hasSize(1);
  }

  @Test
  void names_a_script_that_is_missing_and_the_one_that_may_be_meant() throws IOException {
    script("flaredb-plasmavcm", SCRIPT);
    assertThat(wrong(compile("flaredb-plasmavmc")))
        .contains(
            "there is no such script for leg `flaredb-plasmavmc`",
            "there is `flaredb-plasmavcm.groovy`; give both one name");
    assertThat(wrong(compile("zzz"))).contains("write it; docs/writing-legs.md shows how");
  }

  @Test
  void refuses_what_is_no_script() throws IOException {
    Files.write(legs.resolve("bytes.groovy"), new byte[] {'/', '/', (byte) 0xff, '\n'});
    assertThat(wrong(compile("bytes"))).contains("it isn't UTF-8");
    script("huge", "//" + "x".repeat(1 << 20));
    assertThat(wrong(compile("huge"))).contains("it has more than 1 MiB");
    Files.createDirectory(legs.resolve("folder.groovy"));
    assertThat(wrong(compile("folder"))).contains("it is not a regular file");
    Path outside = Files.writeString(temp.resolve("outside.groovy"), SCRIPT);
    Files.createSymbolicLink(legs.resolve("link.groovy"), outside);
    assertThat(wrong(compile("link"))).contains("a link that leads out of its folder");
    script("deep", "def x = " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + "\n");
    assertThat(wrong(compile("deep"))).doesNotContain("\tat ");
  }

  @Test
  void tells_of_all_scripts_at_once() throws IOException {
    script("a", "nonsense()\n");
    script("b", "stepp('x') { }\n");
    Compiled compiled =
        new LegCompiler(Optional.of(cache))
            .compile(
                List.of(
                    new Script("a", legs.resolve("a.groovy"), Recorded.DECLARED),
                    new Script("b", legs.resolve("b.groovy"), Recorded.DECLARED)));
    assertThat(wrong(compiled)).containsSubsequence("a.groovy:1:1", "b.groovy:1:1");
  }
}
