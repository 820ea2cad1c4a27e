package org.pledge.answers.internal;

import java.io.BufferedOutputStream;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Writes answers as protected files: each as JSON and as PDF, with the schema. */
final class AnswerWriter {
    private static final int BUFFER = 65_536;
    private static final String SCHEMA = "answer.schema.json";

    private final Sources sources;
    private final AnswerFiles files;
    private final String schema = read();

    /** A file that is complete. */
    record Written(long bytes, String sha256) {}

    AnswerWriter(Sources sources, AnswerFiles files) {
        this.sources = sources;
        this.files = files;
    }

    private static String read() {
        try (InputStream in = AnswerWriter.class.getResourceAsStream(SCHEMA)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String schema() {
        return schema;
    }

    Written write(Job job) throws IOException {
        MessageDigest digest = sha256();
        long bytes;
        try (Counting file = new Counting(files.create(job.id().toString()));
                OutputStream out = new BufferedOutputStream(new DigestOutputStream(file, digest), BUFFER)) {
            try (Envelope envelope = envelope(job, out);
                    PdfReport pdf = new PdfReport()) {
                try (OutputStream entry = envelope.next("answer.json")) {
                    Writer text = new BufferedWriter(new OutputStreamWriter(entry, StandardCharsets.UTF_8), BUFFER);
                    JsonReport json = new JsonReport(text);
                    job.into(json, pdf);
                    new Gathering(sources, job.caller(), job.request(), job).run(job.started());
                    json.finish();
                }
                try (OutputStream entry = envelope.next("answer.pdf")) {
                    pdf.save(entry);
                }
                try (OutputStream entry = envelope.next(SCHEMA)) {
                    entry.write(schema.getBytes(StandardCharsets.UTF_8));
                }
                envelope.finish();
            }
            out.flush();
            bytes = file.count;
        }
        return new Written(bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static Envelope envelope(Job job, OutputStream out) throws IOException {
        return job.key().isPresent() ? new JweEnvelope(out, job.key().get()) : new ZipEnvelope(out, job.password());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts the bytes of a file. */
    private static final class Counting extends OutputStream {
        private final OutputStream out;
        private long count;

        Counting(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            count++;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            out.write(bytes, offset, length);
            count += length;
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
