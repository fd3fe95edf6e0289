// Loads this page again when the book was built since, also by a server that was started anew.
(function reload() {
    const PERIOD = 1000; // milliseconds between two questions
    const PERIOD_MAX = 30000; // the same while no server answers: the browser reports each of them as an error
    const ANSWER_LIMIT = 5000; // milliseconds for an answer
    const shown = document.currentScript.dataset.build;
    let period = PERIOD;
    let timer;

    async function ask() {
        if (document.hidden) {
            return; // It asks once somebody looks at it again.
        }
        try {
            const answer = await fetch('/build', { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_LIMIT) });
            const number = await answer.text();
            if (answer.ok && number !== shown) {
                location.reload();
                return;
            }
            period = PERIOD;
        } catch {
            period = Math.min(2 * period, PERIOD_MAX);
        }
        clearTimeout(timer);
        timer = setTimeout(ask, period);
    }

    document.addEventListener('visibilitychange', ask);
    window.addEventListener('focus', ask);
    timer = setTimeout(ask, period);
})();
