package gate.base;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;

/**
 * Inputs at random, for a time. {@code -Dgate.fuzz.seconds} says for how long, {@code
 * -Dgate.fuzz.seed} with which one to begin; each input has a seed of its own, which is in the
 * message of what fails.
 */
public final class Fuzzing {
  private static final int SECONDS = 20;
  private static final String ODD = "\0\u001b\n\r\t :-'\"{}[]&*!|>%@`,#?\\<\u2028\ufeffäé😀";

  private Fuzzing() {}

  /** Checks one input. */
  public interface Check {
    void check(Random random) throws Exception;
  }

  /** For the usual time. */
  public static void run(Check check) {
    run(Duration.ofSeconds(Integer.getInteger("gate.fuzz.seconds", SECONDS)), check);
  }

  public static void run(Duration time, Check check) {
    long seed = Long.getLong("gate.fuzz.seed", System.nanoTime());
    long end = System.nanoTime() + time.toNanos();
    long inputs = 0;
    while (System.nanoTime() < end) {
      try {
        check.check(new Random(seed));
      } catch (Throwable e) {
        throw new AssertionError("-Dgate.fuzz.seed=" + seed + ": " + e, e);
      }
      seed++;
      inputs++;
    }
    System.out.println(inputs + " inputs in " + time.toSeconds() + " s, up to seed " + seed);
  }

  /** The bytes with up to eight changes: parts left out, doubled, moved, or made of others. */
  public static byte[] mutated(byte[] bytes, Random random) {
    byte[] mutated = bytes;
    for (int i = random.nextInt(8); i >= 0; i--) {
      mutated = once(mutated, random);
    }
    return mutated;
  }

  private static byte[] once(byte[] bytes, Random random) {
    int from = random.nextInt(bytes.length + 1);
    int to = from + random.nextInt(Math.min(bytes.length - from, 40) + 1);
    byte[] part = Arrays.copyOfRange(bytes, from, to);
    return switch (random.nextInt(6)) {
      case 0 -> joined(bytes, from, new byte[0], to);
      case 1 -> joined(bytes, to, part, to);
      case 2 -> joined(bytes, from, odd(random), to);
      case 3 -> {
        byte[] raw = new byte[random.nextInt(4)];
        random.nextBytes(raw);
        yield joined(bytes, from, raw, from);
      }
      case 4 -> Arrays.copyOf(bytes, from);
      default -> {
        int at = random.nextInt(bytes.length + 1);
        yield joined(bytes, at, part, at);
      }
    };
  }

  private static byte[] odd(Random random) {
    int[] points = ODD.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] joined(byte[] bytes, int until, byte[] middle, int from) {
    byte[] joined = Arrays.copyOf(bytes, until + middle.length + bytes.length - from);
    System.arraycopy(middle, 0, joined, until, middle.length);
    System.arraycopy(bytes, from, joined, until + middle.length, bytes.length - from);
    return joined;
  }
}
