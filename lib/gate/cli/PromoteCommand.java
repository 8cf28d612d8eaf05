package gate.cli;

import gate.base.Shown;
import gate.base.World;
import gate.evidence.EvidenceFolder;
import gate.evidence.Promotion;
import gate.evidence.Signing;
import gate.evidence.SigningKey;
import gate.evidence.Waiver;
import gate.plan.Refused;
import java.io.Console;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code matrix evidence promote}. */
@Command(
    name = "promote",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Keeps a finished run in docs/evidence: its journal, logs and reports, and what it was made"
          + " with. All of it, or nothing."
    })
final class PromoteCommand extends Answering {
  private static final String PASSPHRASE = "EVIDENCE_KEY_PASSPHRASE";
  private static final String LINE = "[^\\p{Cntrl}\\u2028\\u2029]{1,300}";

  @Mixin private Common common;

  @Parameters(
      paramLabel = "RUN",
      arity = "0..1",
      description = "The run's name or folder; by default the latest.")
  private String run;

  @Option(
      names = "--waive",
      paramLabel = "REASON",
      description = "Why a run counts that shows less than it should; with --until and --by.")
  private String reason;

  @Option(
      names = "--until",
      paramLabel = "DATE",
      description = "The last day on which the waiver counts, as in 2026-12-31.")
  private String until;

  @Option(names = "--by", paramLabel = "NAME", description = "Who waives.")
  private String by;

  @Option(
      names = "--key",
      paramLabel = "KEY.pem",
      description = {
        "Signs with this private key of Ed25519 or P-256; its passphrase is that of the variable "
            + PASSPHRASE
            + ", or asked for."
      })
  private Path key;

  PromoteCommand(World world) {
    super(world);
  }

  @Override
  public Integer call() {
    Optional<Waiver> waiver = waiver();
    Project project = Project.load(world(), common.file());
    Path folder =
        Runs.find(project.definition().folder(), world().folder(), Optional.ofNullable(run));
    Path kept;
    try (Advance advance = new Advance(world(), "kept")) {
      kept =
          Promotion.promote(
              world(),
              new Promotion.Request(
                  folder,
                  project.definition().file(),
                  Version.GATE,
                  project.toggles(common.set()).secrets(),
                  waiver,
                  key(project),
                  new LastGreen(project.definition()).since(folder)),
              advance);
    }
    world().out().println(kept);
    return ExitCode.OK;
  }

  private Optional<SigningKey> key(Project project) {
    if (key == null) {
      return Optional.empty();
    }
    Path file = world().folder().resolve(key);
    if (!Files.exists(file)) {
      throw new Refused("--key %s: there is no such file".formatted(Shown.value(key.toString())));
    }
    if (Files.isDirectory(file)) {
      throw new Refused(
          "--key %s is a folder; name the file of a key".formatted(Shown.value(key.toString())));
    }
    SigningKey read = SigningKey.read(file, () -> passphrase(file));
    read.warning(file).ifPresent(world().err()::println);
    Path signers = project.definition().folder().resolve(EvidenceFolder.SIGNERS);
    Signing.advice(read, signers, world().clock().instant()).ifPresent(world().err()::println);
    return Optional.of(read);
  }

  private char[] passphrase(Path file) {
    if (!world().env(PASSPHRASE).isEmpty()) {
      return world().env(PASSPHRASE).toCharArray();
    }
    Console console = System.console();
    char[] typed =
        console != null && console.isTerminal()
            ? console.readPassword("passphrase of %s: ", file)
            : null;
    if (typed == null) {
      throw new Refused(
          "%s is encrypted; set %s to its passphrase, or call this on a terminal"
              .formatted(file, PASSPHRASE));
    }
    return typed;
  }

  private Optional<Waiver> waiver() {
    if (reason == null && until == null && by == null) {
      return Optional.empty();
    }
    if (reason == null || until == null || by == null) {
      throw new Refused("a waiver takes all three of --waive REASON, --until DATE and --by NAME");
    }
    if (!reason.strip().matches(LINE) || !by.strip().matches(LINE)) {
      throw new Refused("--waive and --by each take a line of 1 to 300 characters");
    }
    try {
      return Optional.of(new Waiver(reason.strip(), LocalDate.parse(until), by.strip()));
    } catch (DateTimeException e) {
      throw new Refused(
          "--until %s is no day; write it as in 2026-12-31".formatted(Shown.value(until)));
    }
  }
}
