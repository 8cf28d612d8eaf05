package gate.journal;

import gate.base.Secrets;
import gate.journal.Event.Planned;
import gate.journal.Event.PlannedLeg;
import gate.journal.Event.PlannedStep;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Digests that are the same on every host which takes part in one run. */
public final class PlanDigest {
  private final MessageDigest digest;

  private PlanDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Of a whole plan, without what its host decides, and of who runs what.
   *
   * @param parts the part that runs each leg, in the same order
   * @param secrets what journals don't show, and this doesn't either
   */
  public static String of(List<PlannedLeg> legs, List<Integer> parts, Secrets secrets) {
    Planned shown = (Planned) new MaskedLines(secrets).of(new Planned(legs)).event();
    PlanDigest digest = new PlanDigest();
    for (int i = 0; i < legs.size(); i++) {
      digest.leg(shown.legs().get(i), parts.get(i));
    }
    return digest.hex();
  }

  /** Of the scripts' digests, by leg. */
  public static String ofScripts(Map<String, String> scripts) {
    PlanDigest digest = new PlanDigest();
    new TreeMap<>(scripts).forEach((leg, sha256) -> digest.texts(leg, sha256));
    return digest.hex();
  }

  private void leg(PlannedLeg leg, int part) {
    number(part);
    texts(leg.leg(), leg.title(), leg.decision(), leg.why());
    List.of(leg.covers(), leg.needs(), leg.services(), leg.allow()).forEach(this::list);
    number(leg.steps().size());
    for (PlannedStep step : leg.steps()) {
      boolean off = step.decision().equals("off");
      number(step.step());
      texts(step.name(), step.decision(), off ? step.why() : "");
      list(step.waits());
      number(step.accelerator().isEmpty() ? 0 : 1);
    }
  }

  private void list(List<String> texts) {
    number(texts.size());
    texts.forEach(this::texts);
  }

  /** Each with its length, so that no two rows of texts look alike. */
  private void texts(String... texts) {
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      number(bytes.length);
      digest.update(bytes);
    }
  }

  private void number(int number) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).array());
  }

  private String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
