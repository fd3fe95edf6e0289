// Reloads this page after the book was rebuilt, even by a server that was restarted.
(function reload() {
    const PERIOD = 1000; // milliseconds between two requests
    const PERIOD_MAX = 30000; // the same while no server answers, because the browser reports each failed request as an error
    const ANSWER_LIMIT = 5000; // milliseconds for an answer
    const shown = document.currentScript.dataset.build;
    let period = PERIOD;
    let timer;

    async function ask() {
        if (document.hidden) {
            return; // It asks again when the page becomes visible.
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
