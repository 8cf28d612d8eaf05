package gate.definition;

import gate.base.Shown;

/** Where in a definition something stands, in words; put into words only when they are needed. */
sealed interface Place {
  /** What stands here, such as {@code `timeout` of leg `x`}. */
  String label();

  /** The label as the end of a sentence, with a blank before it. */
  default String in() {
    return " in " + label();
  }

  /** The same for something that belongs to what stands here. */
  default String of() {
    return " of " + label();
  }

  /** The whole file. */
  record Top() implements Place {
    @Override
    public String label() {
      return "the definition";
    }

    @Override
    public String in() {
      return " at the top level";
    }

    @Override
    public String of() {
      return "";
    }
  }

  /** The value at a key that the model knows. */
  record Field(Place parent, String name) implements Place {
    @Override
    public String label() {
      return "`" + name + "`" + parent.of();
    }
  }

  /** An entry of a table. */
  record Entry(Place table, String noun, String name) implements Place {
    @Override
    public String label() {
      return noun + " " + Shown.value(name) + owner();
    }

    private String owner() {
      return table instanceof Field field ? field.parent().of() : table.of();
    }
  }

  /** The key of an entry. */
  record KeyOf(Entry entry) implements Place {
    @Override
    public String label() {
      String article = "aeiou".indexOf(entry.noun().charAt(0)) < 0 ? "a " : "an ";
      return "the name of " + article + entry.noun() + entry.owner();
    }
  }

  /** An item of a list, counted from 1. */
  record Item(Place parent, int number) implements Place {
    @Override
    public String label() {
      return "item " + number + parent.of();
    }
  }
}
