package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How long requests were answered 503 while each part was updated, out of what {@code HotUpdateIT} printed. */
final class Updating {
    private static final Pattern WINDOW =
            Pattern.compile("(?m)^(\\S.*?) +(\\d+) requests, +(\\d+) answered 503, within +(\\d+) ms\\s*$");
    private static final Pattern WRONG = Pattern.compile("(?m)^(\\d+) x \\S.*$");

    private final Path reports;

    /** @param reports what it printed, or the folder that holds its reports */
    Updating(Path reports) {
        this.reports = reports;
    }

    void run(Table table) throws IOException {
        String printed = printed();
        List<MatchResult> windows = WINDOW.matcher(printed).results().toList();
        if (windows.isEmpty()) {
            throw new IOException("no window in " + reports + ". Run HotUpdateIT first, or name the file with what it"
                    + " printed: run hot FILE");
        }
        for (MatchResult window : windows) {
            table.value(
                    window.group(1).strip(),
                    Double.parseDouble(window.group(4)),
                    " ms, " + window.group(3) + " of " + window.group(2),
                    Goal.NONE);
        }
        table.value(
                "longest window",
                windows.stream()
                        .mapToLong(window -> Long.parseLong(window.group(4)))
                        .max()
                        .orElseThrow(),
                " ms",
                Goal.NONE);
        Matcher wrong = WRONG.matcher(printed);
        long count =
                wrong.results().mapToLong(each -> Long.parseLong(each.group(1))).sum();
        table.value("wrong answers", count, "", Goal.atMost(0, ""));
    }

    private String printed() throws IOException {
        if (Files.isRegularFile(reports)) {
            return Files.readString(reports);
        }
        if (!Files.isDirectory(reports)) {
            return "";
        }
        try (Stream<Path> files = Files.list(reports)) {
            List<Path> own = files.filter(file -> file.getFileName().toString().matches(".*HotUpdateIT.*\\.(xml|txt)"))
                    .collect(Collectors.toList());
            for (Path file : own) {
                String text = Files.readString(file);
                if (WINDOW.matcher(text).find()) {
                    return text;
                }
            }
            return "";
        }
    }
}
