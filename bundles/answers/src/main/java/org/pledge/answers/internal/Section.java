package org.pledge.answers.internal;

/** The parts of an answer, in their order. */
enum Section {
    DATA("data", "What we hold about you"),
    RECIPIENTS("recipients", "Who received it"),
    NOTICES("notices", "Whom we told of changes"),
    PROCESSORS("processors", "Whom we asked for what they hold, which is not in this file"),
    CONSENTS("consents", "What you agreed to and withdrew"),
    AUTHORISATIONS("authorisations", "What guardians authorised for you"),
    AUTHORISED("authorised", "What you authorised for children"),
    CARDS("cards", "Your cards"),
    CARD_USES("cardUses", "How your cards were used"),
    DEVICES("devices", "Devices that are linked to you"),
    DEVICE_RECORDS("deviceRecords", "What these devices did"),
    INQUIRIES("inquiries", "Your inquiries"),
    DECISIONS("decisions", "Decisions about you"),
    VIEWS("views", "Who looked at your data"),
    REQUESTS("requests", "What you asked for under your rights"),
    HOLDS("holds", "What a legal hold keeps"),
    RIGHTS("rights", "Your rights");

    private final String key;
    private final String title;

    Section(String key, String title) {
        this.key = key;
        this.title = title;
    }

    /** The name of the section for machines. */
    String key() {
        return key;
    }

    /** Its heading for people. */
    String title() {
        return title;
    }
}
