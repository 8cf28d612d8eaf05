package gate.base;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Values that nobody may see, and the texts without them: {@code [secret NAME]} stands in their
 * place. Found are a value and each line of it that is long enough, as they are, escaped as in JSON
 * or by Rust's {@code {:?}}, and quoted for a shell. For any thread.
 */
public final class Secrets {
  /** How many characters a secret has at least; to mask less would tear texts to pieces. */
  public static final int FEWEST = 6;

  /** No secret at all. */
  public static final Secrets NONE = new Secrets(Map.of());

  private final Map<String, String> names = new LinkedHashMap<>(); // by form, the longest first
  private final Pattern pattern;

  private Secrets(Map<String, String> values) {
    Map<String, String> forms = new TreeMap<>();
    values.forEach((name, value) -> forms(name, value, forms));
    forms.keySet().stream()
        .sorted(Comparator.comparingInt(String::length).reversed())
        .forEach(form -> names.put(form, forms.get(form)));
    pattern = any(names);
  }

  /** Those values, by name; each has at least {@link #FEWEST} characters beside blanks. */
  public static Secrets of(Map<String, String> values) {
    return values.isEmpty() ? NONE : new Secrets(values);
  }

  /** Whether a value is long enough to be told from other text. */
  public static boolean longEnough(String value) {
    return value.strip().length() >= FEWEST;
  }

  private static void forms(String name, String value, Map<String, String> forms) {
    form(name, value, forms);
    form(name, value.strip(), forms);
    value.lines().map(String::strip).forEach(line -> form(name, line, forms));
  }

  private static void form(String name, String text, Map<String, String> forms) {
    if (longEnough(text)) {
      forms.putIfAbsent(text, name);
      forms.putIfAbsent(escaped(text), name);
      forms.putIfAbsent(text.replace("'", "'\\''"), name);
    }
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (char c : text.toCharArray()) {
      switch (c) {
        case '"', '\\' -> escaped.append('\\').append(c);
        case '\n' -> escaped.append("\\n");
        case '\r' -> escaped.append("\\r");
        case '\t' -> escaped.append("\\t");
        default -> escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static Pattern any(Map<String, String> forms) {
    return Pattern.compile(
        forms.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  /** Whether there is none. */
  public boolean none() {
    return names.isEmpty();
  }

  /** A text without them. */
  public String mask(String text) {
    if (none()) {
      return text;
    }
    Matcher matcher = pattern.matcher(text);
    return matcher.replaceAll(it -> Matcher.quoteReplacement(shown(it.group())));
  }

  /** One of them in a text: where, and its toggle. */
  public record Found(int at, String name) {}

  /** Those in a text, in their order. */
  public List<Found> found(String text) {
    return none()
        ? List.of()
        : pattern
            .matcher(text)
            .results()
            .map(it -> new Found(it.start(), names.get(it.group())))
            .toList();
  }

  /** A text fit to be shown: without secrets, and without what looks like a token. */
  public String shown(Object text) {
    return Tokens.mask(mask(text.toString()));
  }

  private String shown(String form) {
    return "[secret " + names.get(form) + "]";
  }

  /** The variables of an environment whose values hold no secret. */
  public Map<String, String> without(Map<String, String> env) {
    Map<String, String> open = new TreeMap<>(env);
    open.values().removeIf(this::in);
    return open;
  }

  /** The other variables of it. */
  public Map<String, String> only(Map<String, String> env) {
    Map<String, String> hidden = new TreeMap<>(env);
    hidden.values().removeIf(value -> !in(value));
    return hidden;
  }

  private boolean in(String value) {
    return !none() && pattern.matcher(value).find();
  }

  /** Masks one stream of bytes, which is UTF-8 where a secret is. */
  public Stream stream() {
    return new Stream();
  }

  /** A stream being masked: it keeps back what may become a secret. */
  public final class Stream {
    // Bytes are handled as Latin-1, a character each.
    private static final Charset BYTES = StandardCharsets.ISO_8859_1;

    private final Map<String, String> shown = new LinkedHashMap<>();
    private final Pattern any;
    private final int longest;
    private String held = "";
    private boolean found;

    private Stream() {
      names.keySet().forEach(form -> shown.put(bytes(form), bytes(Secrets.this.shown(form))));
      any = any(shown);
      longest = shown.keySet().stream().mapToInt(String::length).max().orElse(0);
    }

    private static String bytes(String text) {
      return new String(text.getBytes(StandardCharsets.UTF_8), BYTES);
    }

    /** Whether there was a secret in what has come so far. */
    public boolean found() {
      return found;
    }

    /** What may be written of what has come so far. */
    public byte[] next(byte[] bytes, int length) {
      String text = held + new String(bytes, 0, length, BYTES);
      return masked(text, undecided(text));
    }

    /** What is left at the end. */
    public byte[] end() {
      return masked(held, held.length());
    }

    private byte[] masked(String text, int most) {
      StringBuilder masked = new StringBuilder(text.length());
      Matcher matcher = any.matcher(text);
      int done = 0;
      while (!none() && done < most && matcher.find() && matcher.start() < most) {
        masked.append(text, done, matcher.start()).append(shown.get(matcher.group()));
        done = matcher.end();
        found = true;
      }
      if (done < most) {
        masked.append(text, done, most);
        done = most;
      }
      held = text.substring(done);
      return masked.toString().getBytes(BYTES);
    }

    /** Where the first secret may begin whose end hasn't come yet. */
    private int undecided(String text) {
      for (int at = Math.max(0, text.length() - longest + 1); at < text.length(); at++) {
        int length = text.length() - at;
        for (String form : shown.keySet()) {
          if (form.length() > length && text.regionMatches(at, form, 0, length)) {
            return at;
          }
        }
      }
      return text.length();
    }
  }
}
