package org.pledge.rest.internal;

import javax.ws.rs.core.HttpHeaders;
import javax.ws.rs.core.Response;
import javax.ws.rs.core.Response.Status;

/** The shapes of a successful answer. Locations are paths, so that no Host header finds its way into an answer. */
final class Answer {
    static final String ROOT = "/api/v1/";

    private Answer() {}

    static Response tagged(long version, Object entity) {
        return Response.ok(entity).header(HttpHeaders.ETAG, tag(version)).build();
    }

    static Response created(String location, long version, Object entity) {
        return at(Status.CREATED, location)
                .header(HttpHeaders.ETAG, tag(version))
                .entity(entity)
                .build();
    }

    static Response created(String location, Object entity) {
        return at(Status.CREATED, location).entity(entity).build();
    }

    static Response accepted(String location, Object entity) {
        return at(Status.ACCEPTED, location).entity(entity).build();
    }

    static Response elsewhere(String location) {
        return at(Status.SEE_OTHER, location).build();
    }

    private static Response.ResponseBuilder at(Status status, String location) {
        return Response.status(status).header(HttpHeaders.LOCATION, ROOT + location);
    }

    private static String tag(long version) {
        return '"' + Long.toString(version) + '"';
    }
}
