package gate.report;

import gate.base.Shown;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Lines of a log with the colours that its writer meant, by names of ours; everything else that a
 * terminal would obey is left out.
 */
final class Ansi {
  /** A text in one style; {@code style} is empty, or the name of a class. */
  record Piece(String text, String style) {}

  private enum Colour {
    BLACK,
    RED,
    GREEN,
    YELLOW,
    BLUE,
    MAGENTA,
    CYAN,
    WHITE;

    String style() {
      return "ansi-" + name().toLowerCase(Locale.ROOT);
    }
  }

  private static final Pattern COLOURS = Pattern.compile("\u001B\\[([0-9;]{0,40})m");

  private boolean bold;
  private boolean faint;
  private String colour = "";

  /** The next line, in pieces. */
  List<Piece> line(String line) {
    List<Piece> pieces = new ArrayList<>();
    Matcher colours = COLOURS.matcher(line);
    int done = 0;
    while (colours.find()) {
      add(line.substring(done, colours.start()), pieces);
      take(colours.group(1));
      done = colours.end();
    }
    add(line.substring(done), pieces);
    return pieces;
  }

  private void add(String text, List<Piece> pieces) {
    String clean = Shown.line(Clean.plain(text).replace("\t", "    "));
    if (!clean.isEmpty()) {
      pieces.add(new Piece(clean, style()));
    }
  }

  private String style() {
    return (colour + (bold ? " ansi-bold" : "") + (faint ? " ansi-faint" : "")).strip();
  }

  private void take(String codes) {
    String[] all = codes.split(";", -1);
    for (int i = 0; i < all.length; i++) {
      int code = all[i].isEmpty() ? 0 : all[i].length() > 3 ? -1 : Integer.parseInt(all[i]);
      if (code == 38 || code == 48) {
        i += i + 1 < all.length && all[i + 1].equals("2") ? 4 : 2; // a colour of its own
      } else {
        take(code);
      }
    }
  }

  private void take(int code) {
    switch (code) {
      case 0 -> {
        bold = false;
        faint = false;
        colour = "";
      }
      case 1 -> bold = true;
      case 2 -> faint = true;
      case 22 -> {
        bold = false;
        faint = false;
      }
      case 30, 31, 32, 33, 34, 35, 36, 37 -> colour = Colour.values()[code - 30].style();
      case 90, 91, 92, 93, 94, 95, 96, 97 -> colour = Colour.values()[code - 90].style();
      case 39 -> colour = "";
      default -> {}
    }
  }
}
