package org.pledge.answers.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType0Font;

/**
 * Prints an answer for people. Of a long section the first {@value #MOST_ITEMS} items are printed, and recipients are
 * summed up: so many pages nobody reads, and they would not fit in memory. The file for machines has all of them.
 */
final class PdfReport implements Report, AutoCloseable {
    static final int MOST_ITEMS = 500;
    /** So many kinds of disclosures are told apart in the summary. */
    private static final int MOST_KINDS = 1000;

    private static final String FONT = "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
    private static final float MARGIN = 50;
    private static final float SIZE = 9;
    private static final float LINE = 12;
    private static final float TITLE = 13;
    private static final float HEADING = 18;
    private static final int THOUSAND = 1000;

    private final PDDocument document = new PDDocument();
    private final PDFont font;
    private final Map<Integer, String> printable = new HashMap<>();
    private final Map<String, Long> summary = new TreeMap<>();
    private PDPageContentStream page;
    private float y;
    private Section section;
    private long items;

    PdfReport() throws IOException {
        try (InputStream file = PDDocument.class.getResourceAsStream(FONT)) {
            font = PDType0Font.load(document, file, true);
        }
        document.getDocumentInformation().setTitle("What is held about you");
    }

    @Override
    public void head(Map<String, ?> facts) throws IOException {
        write("What is held about you", HEADING);
        for (Map.Entry<String, ?> fact : facts.entrySet()) {
            if (!fact.getKey().startsWith("$") && !fact.getKey().equals("format")) {
                write(label(fact.getKey()) + ": " + text(fact.getValue()), SIZE);
            }
        }
    }

    @Override
    public void begin(Section begun) throws IOException {
        section = begun;
        items = 0;
        down(LINE);
        write(begun.title(), TITLE);
    }

    @Override
    public void item(Map<String, ?> item) throws IOException {
        items++;
        if (section == Section.RECIPIENTS) {
            String kind = text(item.get("recipient")) + " for " + text(item.get("purpose")) + ", on the basis of "
                    + text(item.get("basis")) + ": " + text(item.get("fields"));
            summary.merge(summary.size() < MOST_KINDS || summary.containsKey(kind) ? kind : "others", 1L, Long::sum);
        }
        if (items <= MOST_ITEMS) {
            write("\u2022 " + lines(item), SIZE);
        }
    }

    @Override
    public void end() throws IOException {
        if (items == 0) {
            write("Nothing.", SIZE);
        }
        if (items > MOST_ITEMS) {
            write(
                    "These are the first " + MOST_ITEMS + " of " + items
                            + ". All of them are in the file answer.json beside this one.",
                    SIZE);
        }
        if (items > MOST_ITEMS && section == Section.RECIPIENTS) {
            down(LINE);
            write("All " + items + ", summed up:", SIZE);
            for (Map.Entry<String, Long> kind : summary.entrySet()) {
                write("\u2022 " + kind.getValue() + " times " + kind.getKey(), SIZE);
            }
        }
    }

    void save(OutputStream out) throws IOException {
        endPage();
        document.save(out);
    }

    @Override
    public void close() throws IOException {
        endPage();
        document.close();
    }

    private static String lines(Map<?, ?> item) {
        return item.entrySet().stream()
                .map(entry -> label(entry.getKey().toString()) + ": " + text(entry.getValue()))
                .collect(Collectors.joining("; "));
    }

    private static String text(Object value) {
        if (value instanceof Map<?, ?> map) {
            return "(" + lines(map) + ")";
        }
        if (value instanceof Collection<?> list) {
            return list.stream().map(PdfReport::text).collect(Collectors.joining(", "));
        }
        return String.valueOf(value);
    }

    /** {@code legalBasis} reads as {@code legal basis}. */
    private static String label(String key) {
        return key.replaceAll("([a-z])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
    }

    private void write(String text, float size) throws IOException {
        for (String line : wrapped(printable(text), size)) {
            down(size * LINE / SIZE);
            page.beginText();
            page.setFont(font, size);
            page.newLineAtOffset(MARGIN, y);
            page.showText(line);
            page.endText();
        }
    }

    private List<String> wrapped(String text, float size) throws IOException {
        float width = PDRectangle.A4.getWidth() - 2 * MARGIN;
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        float used = 0;
        int space = -1;
        for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
            String each = Character.toString(text.codePointAt(i));
            line.append(each);
            used += width(each, size);
            if (each.equals(" ")) {
                space = line.length();
            }
            if (used > width && line.length() > each.length()) {
                int cut = space > 0 ? space : line.length() - each.length();
                lines.add(line.substring(0, cut));
                line.delete(0, cut);
                used = width(line.toString(), size);
                space = -1;
            }
        }
        lines.add(line.toString());
        return lines;
    }

    private float width(String text, float size) throws IOException {
        return font.getStringWidth(text) / THOUSAND * size;
    }

    /** What the font lacks is printed as its number; the file for machines has it as it is. */
    private String printable(String text) {
        StringBuilder shown = new StringBuilder();
        text.codePoints().forEach(point -> shown.append(printable.computeIfAbsent(point, this::shown)));
        return shown.toString();
    }

    private String shown(int point) {
        if (Character.isWhitespace(point)) {
            return " ";
        }
        String itself = Character.toString(point);
        try {
            font.encode(itself);
            return itself;
        } catch (IllegalArgumentException | IOException e) {
            return String.format("[U+%04X]", point);
        }
    }

    private void down(float height) throws IOException {
        y -= height;
        if (page == null || y < MARGIN) {
            endPage();
            PDPage next = new PDPage(PDRectangle.A4);
            document.addPage(next);
            page = new PDPageContentStream(document, next);
            y = PDRectangle.A4.getHeight() - MARGIN - height;
        }
    }

    private void endPage() throws IOException {
        if (page != null) {
            page.close();
            page = null;
        }
    }
}
