package org.pledge.routes.internal;

import org.pledge.PledgeException;

/** A route that may not run, with the step that decided it. */
final class RouteRefused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a route is refused. */
    enum Reason {
        /** A remote endpoint without the release step immediately before it. */
        NOT_RELEASED,
        /** A remote endpoint in a route that does not begin with the outbox. */
        NOT_FROM_OUTBOX,
        /** A remote endpoint where only a local one may stand. */
        REMOTE_HERE,
        /** A route that listens to something outside the platform. */
        REMOTE_SOURCE,
        /** An endpoint that is only known at run time. */
        DYNAMIC_ENDPOINT,
        /** Plain http to anything but a loopback address. */
        PLAIN_HTTP,
        /** An endpoint whose kind is not on the list. */
        UNKNOWN_SCHEME,
        /** An endpoint address or option that is not on the list. */
        ENDPOINT_OPTION,
        /** A step whose kind is not on the list. */
        UNKNOWN_STEP,
        /** An expression that could call code, read the environment or load a file. */
        EXPRESSION,
        /** Something that would print or keep message bodies. */
        BODY_SHOWN,
        /** An identifier that belongs to another source of routes. */
        DUPLICATE_ID,
        /** A file with more in it than routes, or that cannot be read. */
        FILE_CONTENT,
        /** A route that passed the guard but cannot be created. */
        NOT_STARTED
    }

    private final String routeId;
    private final String node;
    private final Reason reason;

    RouteRefused(String routeId, String node, Reason reason, String text) {
        super("route " + routeId + ", step " + node + ": " + text + " (" + reason + ")");
        this.routeId = routeId;
        this.node = node;
        this.reason = reason;
    }

    String routeId() {
        return routeId;
    }

    String node() {
        return node;
    }

    Reason reason() {
        return reason;
    }

    /** The refusal among the causes of {@code error}, or a new one that names only the kind of the last cause. */
    static RouteRefused in(Throwable error, String source) {
        Throwable last = error;
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            if (cause instanceof RouteRefused refused) {
                return refused;
            }
            last = cause;
        }
        return new RouteRefused(
                source,
                "-",
                Reason.NOT_STARTED,
                "it cannot be created: " + last.getClass().getSimpleName() + ": " + last.getMessage() + remedy(last));
    }

    private static String remedy(Throwable error) {
        return error instanceof PledgeException refusal && !refusal.remedy().isEmpty() ? ". " + refusal.remedy() : "";
    }
}
