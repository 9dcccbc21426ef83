package io.directord.cli.command;

import io.directord.cli.options.Unbroken;
import io.directord.common.config.Product;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** A command's help as a man page ({@code man(7)}). */
final class ManPage {
  private final StringBuilder page = new StringBuilder();

  private ManPage(String name, String description) {
    page.append(".TH ")
        .append(escaped(name).toUpperCase(Locale.ROOT))
        .append(" 1 \"\" \"directord ")
        .append(escaped(Product.version()))
        .append("\" \"directord\"\n.SH NAME\n")
        .append(escaped(name))
        .append(" \\- ")
        .append(escaped(firstSentence(description)))
        .append('\n');
  }

  static String ofAll(CommandLine root, List<String> modes) {
    ManPage page = of(root, "directord");
    page.page.append(".SH MODES\n");
    for (String mode : modes) {
      CommandSpec spec = root.getSubcommands().get(mode).getCommandSpec();
      page.entry("\\fB" + escaped(mode) + "\\fR", text(spec.usageMessage().description()));
    }
    page.seeAlso(modes.stream().map(mode -> "directord-" + mode).toList());
    return page.page.toString();
  }

  static String ofMode(CommandLine root, String mode) {
    ManPage page = of(root.getSubcommands().get(mode), "directord-" + mode);
    page.seeAlso(List.of("directord"));
    return page.page.toString();
  }

  private static ManPage of(CommandLine line, String name) {
    CommandSpec spec = line.getCommandSpec();
    UsageMessageSpec usage = spec.usageMessage();
    ManPage page = new ManPage(name, text(usage.description()));
    page.section("SYNOPSIS", text(usage.customSynopsis()));
    page.section("DESCRIPTION", text(usage.description()));
    page.page.append(".SH OPTIONS\n");
    for (PositionalParamSpec operand : spec.positionalParameters()) {
      if (!operand.hidden()) {
        page.entry("\\fI" + escaped(operand.paramLabel()) + "\\fR", text(operand.description()));
      }
    }
    for (OptionSpec option : spec.options()) {
      if (!option.hidden()) {
        page.entry(names(option), text(option.description()));
      }
    }
    if (usage.footer().length > 0) {
      page.page
          .append(".SH ")
          .append(usage.footerHeading().contains("Example") ? "EXAMPLES" : "NOTES");
      page.page.append("\n.nf\n");
      Stream.of(usage.footer()).forEach(row -> page.line(row.replace("%%", "%")));
      page.page.append(".fi\n");
    }
    return page;
  }

  private static String names(OptionSpec option) {
    String label = option.arity().max() > 0 ? "=\\fI" + escaped(option.paramLabel()) + "\\fR" : "";
    return Stream.of(option.names())
        .map(name -> "\\fB" + escaped(name) + "\\fR" + (name.startsWith("--") ? label : ""))
        .collect(Collectors.joining(", "));
  }

  private static String text(String... lines) {
    return Unbroken.marks(String.join(" ", lines)).replace("%%", "%").replace("%n", " ");
  }

  private static String firstSentence(String text) {
    int end = text.indexOf(". ");
    String first = end < 0 ? text : text.substring(0, end);
    return first.replaceFirst("\\.$", "");
  }

  private void section(String title, String text) {
    page.append(".SH ").append(title).append('\n');
    line(text);
  }

  private void entry(String name, String text) {
    page.append(".TP\n").append(name).append('\n');
    line(text);
  }

  private void seeAlso(List<String> pages) {
    List<String> references = new ArrayList<>();
    pages.forEach(name -> references.add("\\fB" + escaped(name) + "\\fR(1)"));
    page.append(".SH SEE ALSO\n").append(String.join(", ", references)).append('\n');
  }

  /** A line of text, also if it begins as a request does. */
  private void line(String text) {
    page.append(text.startsWith(".") || text.startsWith("'") ? "\\&" : "")
        .append(escaped(text))
        .append('\n');
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\e").replace("-", "\\-");
  }
}
