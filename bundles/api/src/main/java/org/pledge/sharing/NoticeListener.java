package org.pledge.sharing;

/** Told once of every notice that stayed without an answer despite its reminders, after that is recorded. A service. */
public interface NoticeListener {
    /** A partner does not answer. */
    void escalated(NoticeService.Notice notice);
}
