package org.pledge.connectors.sftp.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.pledge.connectors.parts.check.Kinds;

/** Lays a delivery out as a CSV file (RFC 4180) of two lines, named after its idempotency key. */
final class CsvFile implements Processor {
    private static final Pattern QUOTED = Pattern.compile("[\",\\r\\n]");
    private static final String FORMULA = "=+-@\t\r'";

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        List<String> names = new ArrayList<>(List.of("disclosure", "tenant", "purpose", "kind"));
        List<String> values = new ArrayList<>();
        for (String header : List.of("PledgeDisclosure", "PledgeTenant", "PledgePurpose")) {
            values.add(message.getHeader(header, "", String.class));
        }
        values.add(Kinds.of(message));
        Map<String, String> fields = new TreeMap<>();
        Map<?, ?> given = message.getBody(Map.class);
        given.forEach((field, list) -> fields.put(String.valueOf(field), joined((List<?>) list)));
        names.addAll(fields.keySet());
        values.addAll(fields.values());
        message.setBody((line(names) + line(values)).getBytes(StandardCharsets.UTF_8));
        message.setHeader(Exchange.FILE_NAME, message.getHeader("PledgeIdempotencyKey", String.class) + ".csv");
    }

    /** Several values become one, so that they can be told apart again. */
    private static String joined(List<?> values) {
        return values.stream()
                .map(value -> String.valueOf(value).replace("\\", "\\\\").replace("|", "\\|"))
                .collect(Collectors.joining("|"));
    }

    private static String line(List<String> cells) {
        return cells.stream().map(CsvFile::cell).collect(Collectors.joining(",", "", "\r\n"));
    }

    /** No cell is a formula in a spreadsheet; taking one leading apostrophe away gives the value back. */
    private static String cell(String value) {
        String inert = !value.isEmpty() && FORMULA.indexOf(value.charAt(0)) >= 0 ? "'" + value : value;
        return QUOTED.matcher(inert).find() ? "\"" + inert.replace("\"", "\"\"") + "\"" : inert;
    }
}
