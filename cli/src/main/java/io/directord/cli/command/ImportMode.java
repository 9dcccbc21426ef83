package io.directord.cli.command;

import io.directord.cli.console.Console;
import io.directord.cli.console.ExitStatus;
import io.directord.cli.console.Failure;
import io.directord.cli.inventory.AnsibleImport;
import io.directord.cli.options.Spec;
import io.directord.common.config.Settings;
import io.directord.common.storage.IoErrors;
import io.directord.common.validation.ErrorCode;
import io.directord.common.validation.InvalidException;
import io.directord.common.validation.Nearest;
import io.directord.common.validation.Quoted;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes over what other programs know of machines. */
final class ImportMode implements Mode {
  static final List<String> KINDS = List.of("ansible-inventory");

  private final List<String> words = new ArrayList<>();

  @Override
  public Spec spec() {
    return Spec.of("import", this)
        .usage(
            "directord import ansible-inventory FILE DIRECTORY",
            "Reads an inventory of Ansible, INI or YAML, with group_vars and host_vars beside it,"
                + " and writes into a new directory: groups.yaml, groups for the server's"
                + " configuration; variables.yaml, an orchestration that keeps the variables as"
                + " arguments; labels.sh, commands that make labels of them; left-out.txt, what"
                + " was left out, each with its place and the reason. Asks no server.")
        .operands("WORD", "ansible-inventory, the FILE and the DIRECTORY.", words::add)
        .examples(
            "  directord import ansible-inventory hosts.ini imported/",
            "  ansible-inventory -i hosts/ --list --yaml > all.yaml",
            "  directord import ansible-inventory all.yaml imported/");
  }

  @Override
  public int run(Settings settings, Console console) throws Failure {
    if (words.isEmpty() || !KINDS.contains(words.get(0))) {
      String word = words.isEmpty() ? "" : words.get(0);
      throw Failure.usage(
          "import: ansible-inventory is expected"
              + (word.isEmpty() ? "" : ", not " + Quoted.of(word) + Nearest.hint(word, KINDS)));
    }
    if (words.size() != 3) {
      throw Failure.usage("import: FILE and DIRECTORY are expected behind ansible-inventory");
    }
    try {
      AnsibleImport done = AnsibleImport.of(Path.of(words.get(1)), Path.of(words.get(2)));
      ErrorList.note(done.leftOut(), console);
      console.out().println(done.summary());
      if (!done.leftOut().isEmpty()) {
        console.error(
            "left out: " + done.leftOut().size() + ", as above; they are in left-out.txt too");
      }
      return ExitStatus.OK;
    } catch (InvalidException e) {
      return ErrorList.tell(ErrorCode.INVALID_INVENTORY, e.errors(), console);
    } catch (InvalidPathException e) {
      throw Failure.usage("import: not a file's name: " + Quoted.of(e.getInput()));
    } catch (IOException e) {
      throw new Failure(ErrorCode.IO_ERROR, "import: " + IoErrors.sayWhere(e));
    }
  }
}
