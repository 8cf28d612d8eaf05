package gate.report;

/** How many columns of a terminal a text takes. */
final class Width {
  /** Has the character before it drawn as an emoji, which some terminals take for wide. */
  private static final int AS_EMOJI = 0xFE0F;

  private Width() {}

  /** The beginning of a text without escape codes that fits in so many columns. */
  static String cut(String text, int columns) {
    int used = 0;
    int fits = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      if (used < columns) {
        fits = at;
      }
      used += of(text.codePointAt(at));
      if (used > columns) {
        return columns < 1 ? "" : text.substring(0, fits) + "…";
      }
    }
    return text;
  }

  /** How many columns a text without escape codes takes; where terminals differ, the most. */
  static int of(String text) {
    return text.codePoints().map(Width::of).sum();
  }

  private static int of(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK -> point == AS_EMOJI ? 1 : 0;
      default -> wide(point) ? 2 : 1;
    };
  }

  /** The blocks that Unicode calls wide, and all that may be drawn as an emoji. */
  private static boolean wide(int point) {
    return point >= 0x1100 && point <= 0x115F
        || point >= 0x2329 && point <= 0x232A
        || point >= 0x2E80 && point <= 0xA4CF
        || point >= 0xA960 && point <= 0xA97F
        || point >= 0xAC00 && point <= 0xD7A3
        || point >= 0xF900 && point <= 0xFAFF
        || point >= 0xFE30 && point <= 0xFE6F
        || point >= 0xFF00 && point <= 0xFF60
        || point >= 0xFFE0 && point <= 0xFFE6
        || point >= 0x16FE0 && point <= 0x18DFF
        || point >= 0x1AFF0 && point <= 0x1B2FF
        || point >= 0x1F200 && point <= 0x1F265
        || point >= 0x20000 && point <= 0x3FFFD
        || Character.isEmojiPresentation(point);
  }
}
