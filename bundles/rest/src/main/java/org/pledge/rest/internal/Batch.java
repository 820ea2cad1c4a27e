package org.pledge.rest.internal;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.Role;
import org.pledge.SubjectId;
import org.pledge.policy.Decision;
import org.pledge.sharing.Gate;

/**
 * One question about many people, read and answered as a stream. The answer lists each distinct decision once, and then
 * for every person the index of theirs.
 */
final class Batch {
    static final int MOST_SUBJECTS = 10_000;

    private String partner;
    private String purpose;
    private List<String> fields;
    private long[] halves;
    private int subjects;

    private Batch() {}

    static Batch read(InputStream body) throws IOException {
        Batch batch = new Batch();
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(body)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw malformed("the body must be a JSON object");
            }
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                batch.property(parser, parser.currentName());
            }
            if (parser.nextToken() != null) {
                throw malformed("something follows the JSON object");
            }
        }
        Contract.needed("partner", batch.partner);
        Contract.needed("purpose", batch.purpose);
        Contract.needed("fields", batch.fields);
        Contract.needed("subjects", batch.halves);
        DisclosureContract.DisclosureRequest.asked(batch.fields);
        return batch;
    }

    private void property(JsonParser parser, String name) throws IOException {
        JsonToken token = parser.nextToken();
        switch (name) {
            case "partner" -> partner = text(parser, token, name);
            case "purpose" -> purpose = text(parser, token, name);
            case "fields" -> {
                startArray(token, name);
                fields = new ArrayList<>();
                for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                    fields.add(text(parser, t, name));
                }
            }
            case "subjects" -> {
                startArray(token, name);
                halves = new long[512];
                for (JsonToken t = parser.nextToken(); t != JsonToken.END_ARRAY; t = parser.nextToken()) {
                    subject(parser, t);
                }
            }
            default -> throw malformed("only partner, purpose, fields and subjects are known here");
        }
    }

    private static String text(JsonParser parser, JsonToken token, String name) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw malformed(name + " must be text");
        }
        return parser.getText();
    }

    private static void startArray(JsonToken token, String name) {
        if (token != JsonToken.START_ARRAY) {
            throw malformed(name + " must be a list");
        }
    }

    private void subject(JsonParser parser, JsonToken token) throws IOException {
        if (subjects == MOST_SUBJECTS) {
            throw malformed("at most " + MOST_SUBJECTS + " subjects are answered at once");
        }
        if (2 * subjects == halves.length) {
            halves = Arrays.copyOf(halves, 2 * halves.length);
        }
        if (token != JsonToken.VALUE_STRING || !uuid(parser)) {
            throw malformed("subjects[" + subjects + "] must be a UUID");
        }
        subjects++;
    }

    /** Reads a UUID of 36 characters out of the parser's own buffer. */
    private boolean uuid(JsonParser parser) throws IOException {
        if (parser.getTextLength() != 36) {
            return false;
        }
        char[] text = parser.getTextCharacters();
        int from = parser.getTextOffset();
        long high = 0;
        long low = 0;
        int digits = 0;
        for (int i = 0; i < 36; i++) {
            char c = text[from + i];
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return false;
                }
                continue;
            }
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                return false;
            }
            if (digits++ < 16) {
                high = high << 4 | digit;
            } else {
                low = low << 4 | digit;
            }
        }
        halves[2 * subjects] = high;
        halves[2 * subjects + 1] = low;
        return true;
    }

    byte[] answer(Gate gate, Caller caller) throws IOException {
        caller.requireOrBe(partner, Role.OPERATOR, Role.OFFICER);
        Gate.Question question = gate.prepare(caller.tenant(), partner, purpose, List.copyOf(fields));
        Map<Decision, Integer> distinct = new HashMap<>();
        List<DisclosureContract.Decision> decisions = new ArrayList<>();
        int[] answers = new int[subjects];
        Decision last = null;
        for (int i = 0; i < subjects; i++) {
            Decision decision = question.decide(new SubjectId(halves[2 * i], halves[2 * i + 1]));
            if (decision == last) {
                answers[i] = answers[i - 1];
                continue;
            }
            last = decision;
            Integer known = distinct.putIfAbsent(decision, decisions.size());
            answers[i] = known == null ? decisions.size() : known;
            if (known == null) {
                decisions.add(DisclosureContract.Decision.of(decision));
            }
        }
        return write(decisions, answers);
    }

    private static byte[] write(List<DisclosureContract.Decision> decisions, int[] answers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512 + 2 * answers.length);
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.writeStartObject();
            json.writePOJOField("decisions", decisions);
            json.writeFieldName("answers");
            json.writeArray(answers, 0, answers.length);
            json.writeEndObject();
        }
        return out.toByteArray();
    }

    private static PledgeException malformed(String text) {
        return new PledgeException(Kind.MALFORMED, text)
                .remedy("Send the texts partner and purpose and the lists fields and subjects.");
    }
}
