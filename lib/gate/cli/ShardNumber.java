package gate.cli;

import gate.base.Shown;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Which shard of how many, as {@code 2/5}. */
record ShardNumber(int index, int count) {
  private static final int MOST = 10_000;
  private static final Pattern TEXT = Pattern.compile("(\\d{1,5})/(\\d{1,5})");

  /** Reads one. */
  static final class Converter implements ITypeConverter<ShardNumber> {
    @Override
    public ShardNumber convert(String text) {
      Matcher matcher = TEXT.matcher(text);
      if (matcher.matches()) {
        int index = Integer.parseInt(matcher.group(1));
        int count = Integer.parseInt(matcher.group(2));
        if (index >= 1 && index <= count && count <= MOST) {
          return new ShardNumber(index, count);
        }
      }
      throw new TypeConversionException(
          "%s is no shard; write K/N, as `2/5` for the second of five, with N up to %d"
              .formatted(Shown.value(text), MOST));
    }
  }

  @Override
  public String toString() {
    return index + "/" + count;
  }
}
