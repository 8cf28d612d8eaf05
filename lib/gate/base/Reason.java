package gate.base;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** An I/O error in words. */
public final class Reason {
  private Reason() {}

  public static String of(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied";
      case NoSuchFileException missing -> "no such file or folder";
      case FileAlreadyExistsException there -> "it is there already";
      case FileSystemException other when other.getReason() != null -> other.getReason();
      case FileNotFoundException missing -> inBrackets(message(missing));
      default -> message(e);
    };
  }

  private static String message(IOException e) {
    return e.getMessage() == null
        ? e.getClass().getSimpleName()
        : e.getMessage().lines().findFirst().orElse("");
  }

  /** Streams say {@code path (reason)}. */
  private static String inBrackets(String message) {
    int from = message.lastIndexOf(" (");
    return from < 0 || !message.endsWith(")")
        ? message
        : message.substring(from + 2, message.length() - 1);
  }
}
