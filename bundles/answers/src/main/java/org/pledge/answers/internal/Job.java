package org.pledge.answers.internal;

import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.pledge.Caller;
import org.pledge.answers.AnswerService.Export;
import org.pledge.answers.AnswerService.Protection;
import org.pledge.answers.AnswerService.State;
import org.pledge.rights.RightsService.Request;

/** One answer that is being made: passes its parts on to both files, and counts them. */
final class Job implements Report {
    private final UUID id = UUID.randomUUID();
    private final Caller caller;
    private final Request request;
    private final Instant started;
    private final Optional<PersonKey> key;
    private final char[] password;
    private final Map<String, Long> counts = new LinkedHashMap<>();
    private final CompletableFuture<Export> done = new CompletableFuture<>();
    private JsonReport json;
    private PdfReport pdf;
    private Section section;

    Job(Caller caller, Request request, Instant started, Optional<PersonKey> key) {
        this.caller = caller;
        this.request = request;
        this.started = started;
        this.key = key;
        this.password = key.isPresent() ? new char[0] : Passwords.another();
    }

    UUID id() {
        return id;
    }

    Caller caller() {
        return caller;
    }

    Request request() {
        return request;
    }

    Optional<PersonKey> key() {
        return key;
    }

    char[] password() {
        return password;
    }

    CompletableFuture<Export> done() {
        return done;
    }

    boolean failed() {
        return done.isDone() && done.join().state() == State.FAILED;
    }

    Instant started() {
        return started;
    }

    void into(JsonReport first, PdfReport second) {
        json = first;
        pdf = second;
    }

    /** As it is now. */
    Export export() {
        return done.isDone()
                ? done.join()
                : export(State.RUNNING, Optional.empty(), Optional.empty(), 0, Optional.empty());
    }

    Export made(Instant at, Instant expires, long bytes, String sha256) {
        return export(State.READY, Optional.of(at), Optional.of(expires), bytes, Optional.of(sha256));
    }

    /** Ends it without a file. */
    void fail() {
        done.complete(export(State.FAILED, Optional.empty(), Optional.empty(), 0, Optional.empty()));
    }

    private synchronized Export export(
            State state, Optional<Instant> made, Optional<Instant> expires, long bytes, Optional<String> sha256) {
        return new Export(
                request.tenant(),
                request.id(),
                id,
                state,
                key.isPresent() ? Protection.KEY : Protection.PASSWORD,
                started,
                made,
                expires,
                counts,
                bytes,
                sha256);
    }

    void wipe() {
        Arrays.fill(password, '\0');
    }

    @Override
    public void head(Map<String, ?> facts) throws IOException {
        json.head(facts);
        pdf.head(facts);
    }

    @Override
    public void begin(Section begun) throws IOException {
        section = begun;
        count(0);
        json.begin(begun);
        pdf.begin(begun);
    }

    private synchronized void count(long more) {
        counts.merge(section.key(), more, Long::sum);
    }

    @Override
    public void item(Map<String, ?> item) throws IOException {
        if (done.isDone()) {
            throw new CancellationException("the bundle is being stopped");
        }
        json.item(item);
        pdf.item(item);
        count(1);
    }

    @Override
    public void end() throws IOException {
        json.end();
        pdf.end();
    }
}
