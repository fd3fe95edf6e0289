// Runs the sections of a page on the reader's machine. Only pages that `serve` shows have this script.
(function run() {
    const FAST = 400; // milliseconds between two requests while something runs
    const SLOW = 2000; // and while nothing runs
    const ANSWER_LIMIT = 40000; // milliseconds for an answer
    const TWICE = 600; // milliseconds in which two clicks are a double click
    const MARKS = {
        running: '▸', prepared: '·', same: '✓', 'in-other-words': '≈', differs: '≠', failed: '✗', stopped: '■',
        'not-run': '−', 'not-recorded': '−', complete: '✓', lacks: '≠',
    };
    const WORST = ['failed', 'differs', 'lacks', 'stopped', 'running', 'in-other-words', 'complete', 'same'];

    const words = JSON.parse(document.getElementById('run-words').textContent);
    const language = document.documentElement.lang.slice(0, 2);
    const blocks = [...document.querySelectorAll('.recorded-section')];
    const fill = (text, values) => text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

    function make(name, className, text) {
        const element = document.createElement(name);
        element.className = className;
        element.textContent = text ?? '';
        return element;
    }

    function button(className, text, onClick) {
        const element = make('button', className, text);
        element.type = 'button';
        element.addEventListener('click', onClick);
        return element;
    }

    // The token is in the address that `serve` printed; it stays in this tab alone.
    const token = (function () {
        const found = location.hash.match(/^#run=([0-9a-f]{32})$/);
        if (found) {
            sessionStorage.setItem('run-token', found[1]);
            history.replaceState(null, '', location.pathname + location.search);
        }
        return sessionStorage.getItem('run-token');
    })();

    // The bar of the chapter, below the page's title.
    const bar = make('div', 'run run-chapter');
    bar.setAttribute('role', 'group');
    bar.setAttribute('aria-label', words.bar);
    const said = make('span', 'run-said');
    const spoken = make('div', 'run-spoken');
    spoken.setAttribute('role', 'status');
    if (!blocks.length) {
        return;
    }
    if (!token) {
        return; // The page says how to get one.
    }
    document.querySelector('.run-hint').replaceWith(bar);
    document.body.append(spoken);

    const chapter = blocks[0].dataset.chapter;
    const state = { session: { phase: 'down', chapter: '', there: [] }, sections: new Map(), commands: new Map(), pages: {}, answer: null, exercises: {}, obstacle: null };
    let since = 0;
    let timer;

    async function ask(path, body) {
        const answer = await fetch('/run/' + path, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-run-token': token },
            body: JSON.stringify({ language, ...body }),
            signal: AbortSignal.timeout(ANSWER_LIMIT),
        });
        const value = await answer.json();
        return answer.ok ? value : Promise.reject(value.error);
    }

    const isBusy = () => ['starting', 'running', 'cleaning'].includes(state.session.phase);
    const isHere = () => state.session.chapter === chapter;
    const key = item => `${item.chapter} ${item.id}`;

    async function poll() {
        clearTimeout(timer);
        if (document.hidden) {
            return; // It asks again when the page becomes visible.
        }
        try {
            take(await ask('poll', { since }));
        } catch (error) {
            if (error === 'token') {
                said.textContent = words.other_token;
                bar.replaceChildren(said);
                panels.forEach(panel => panel.root.remove());
                return;
            }
            said.textContent = words.no_server;
        }
        timer = setTimeout(poll, isBusy() ? FAST : SLOW);
    }

    function take(changes) {
        const isFirst = since === 0; // What ran before the page was opened is not news.
        since = changes.now;
        state.pages = changes.pages ?? state.pages;
        state.answer = changes.answer ?? state.answer;
        state.exercises = changes.exercises ?? state.exercises;
        const changed = new Set();
        const changedSections = new Set(changes.sections.map(section => section.id));
        for (const section of changes.sections) {
            const before = state.sections.get(key(section))?.state;
            state.sections.set(key(section), section);
            if (section.chapter === chapter && section.state !== before && !isFirst) {
                spoken.textContent = `${section.id}: ${words['state_' + section.state.replaceAll('-', '_')]}`;
            }
        }
        for (const command of changes.commands) {
            state.commands.set(key(command), command);
            changedSections.add(command.section);
        }
        const ids = new Set(changes.ids);
        for (const [id, command] of state.commands) {
            if (!ids.has(id)) {
                state.commands.delete(id);
                changedSections.add(command.section);
            }
        }
        const hasSession = Boolean(changes.session);
        state.session = changes.session ?? state.session;
        for (const panel of panels) {
            if (changedSections.has(panel.section)) {
                changed.add(panel);
            }
        }
        changed.forEach(panel => panel.render());
        if (hasSession) {
            panels.forEach(panel => panel.renderBar());
        }
        renderChapter();
        markContents();
    }

    // Whether chapters can run at all: if not, the reason takes the place of every button.
    async function look() {
        again.disabled = true;
        try {
            ({ trouble: state.obstacle } = await ask('trouble', {}));
            panels.forEach(panel => panel.renderBar());
            renderChapter();
            spoken.textContent = state.obstacle ?? '';
        } catch {
            // The next poll says why.
        }
        again.disabled = false;
    }

    // Asks what happens first, offers it by name, and runs.
    async function start(section, offer, checks = false) {
        try {
            const plan = await ask('plan', { chapter, section });
            const names = plan.first.map(id => document.getElementById(id)?.textContent.trim() ?? id);
            const lines = [];
            if (plan.other) {
                lines.push(fill(words.other, { chapter: plan.other }));
            } else if (plan.removes) {
                lines.push(words.removes);
            }
            if (names.length) {
                lines.push(fill(words.first, { sections: names.join(' · ') }));
            }
            if (!lines.length) {
                await go(section, false, checks);
            } else {
                offer(lines, () => go(section, true, checks));
            }
        } catch (error) {
            say(error);
        }
    }

    async function go(section, replaces, checks) {
        state.pressed = section;
        try {
            await ask('start', { chapter, section, replaces, checks });
        } catch (error) {
            say(error);
        }
        await poll();
    }

    async function stop() {
        await ask('stop', {}).catch(say);
        poll();
    }

    function say(error) {
        said.textContent = error === 'busy' || error === 'other' ? words.busy : words.no_server;
        spoken.textContent = said.textContent;
    }

    // A question in place: what would happen, and two buttons. The focus stays where it was.
    function question(place, lines, yes, onYes) {
        place.replaceChildren();
        if (!lines) {
            return;
        }
        const close = () => place.replaceChildren();
        lines.forEach(line => place.append(make('p', '', line)));
        place.append(
            button('run-yes', yes, () => { close(); onYes(); }),
            button('run-no', words.cancel, close),
        );
        spoken.textContent = lines.join(' ');
    }

    // A button that runs, and stops while something runs: it stays, so that the focus does.
    function toggle(className, isRunning, label, onRun) {
        let last = 0;
        let isStarting = false;
        const element = button(className, label(), async () => {
            // The second click of a double click starts nothing more, and does not stop what it has started.
            if (isStarting || isRunning() && Date.now() - last < TWICE) {
                return;
            }
            last = Date.now();
            if (isRunning()) {
                stop();
            } else {
                isStarting = true;
                await onRun();
                isStarting = false;
            }
        });
        element.renew = () => {
            element.textContent = isRunning() ? words.stop : label();
            element.disabled = isBusy() && !isRunning();
        };
        return element;
    }

    function step(command) {
        const lines = (command.tail || command.head).trimEnd().split('\n');
        const found = lines.findLast(line => /^#\d+ \[[^\]]*\d+\/\d+\] /.test(line));
        return found ? found.replace(/^#\d+ /, '') : '';
    }

    // Below a recorded block: the button, and what a run shows.
    class Panel {
        constructor(block) {
            const fold = block.closest('details.answer');
            this.section = block.dataset.section;
            this.key = `${chapter} ${this.section}`;
            this.shown = new Map();
            this.root = make('div', 'run');
            this.line = make('div', 'run-bar');
            this.offer = make('div', 'run-offer');
            this.list = make('div', 'run-list');
            this.cause = make('pre', 'run-cause');
            this.cause.tabIndex = 0;
            this.state = make('span', 'run-state');
            this.button = toggle('run-start', () => this.isRunning(),
                () => state.sections.has(this.key) ? words.again : fold ? words.run_answer : words.run,
                () => start(this.section, (lines, onYes) => question(this.offer, lines, words.run, onYes)));
            const name = document.getElementById(this.section)?.textContent.trim() ?? this.section;
            this.button.setAttribute('aria-describedby', this.section);
            this.root.setAttribute('role', 'group');
            this.root.setAttribute('aria-label', fill(words.panel, { section: name }));
            this.line.append(this.button, this.state);
            this.cause.hidden = true;
            this.where = make('p', 'run-where');
            this.effects = make('ul', 'run-effects');
            // Shown only if the server was started with a file of the reader's, and the exercise asks for one.
            this.check = button('run-check', '', () =>
                start(this.section, (lines, onYes) => question(this.offer, lines, this.check.textContent, onYes), true));
            this.check.hidden = true;
            this.line.insertBefore(this.check, this.state);
            this.root.append(this.line, this.offer, this.list, this.cause, this.where, this.effects);
            // Below a folded answer, so that nobody has to open it to try his own.
            if (fold) {
                fold.after(this.root);
            } else {
                block.append(this.root);
            }
        }

        isRunning() {
            const run = state.session.run;
            const isThis = run === this.section || state.sections.get(this.key)?.state === 'running';
            return isHere() && isThis && ['starting', 'running'].includes(state.session.phase);
        }

        renderBar() {
            const section = state.sections.get(this.key);
            this.button.renew();
            this.button.hidden = Boolean(state.obstacle);
            const takes = state.answer && (state.exercises[chapter] ?? []).includes(this.section);
            this.check.hidden = Boolean(state.obstacle) || !takes;
            this.check.textContent = fill(words.check, { file: (state.answer ?? '').split('/').filter(Boolean).pop() });
            this.check.disabled = isBusy();
            const running = [...state.commands.values()].find(command =>
                command.chapter === chapter && command.section === this.section && !command.has_ended);
            let text = '';
            if (this.isRunning() && running) {
                text = `${fill(words.seconds, { seconds: running.runs_for })} ${step(running)}`;
            } else if (this.isRunning()) {
                text = state.session.note || words.starting;
            } else if (section) {
                text = `${MARKS[section.state]} ${words['state_' + section.state.replaceAll('-', '_')]}`;
            } else if (state.obstacle) {
                [text] = state.obstacle.split('\n');
            }
            this.state.textContent = text;
            this.renderCause(section);
            this.root.dataset.state = this.isRunning() ? 'running' : section?.state ?? '';
        }

        render() {
            this.renderBar();
            const commands = [...state.commands.values()].filter(command =>
                command.chapter === chapter && command.section === this.section);
            commands.sort((one, other) => number(one.id) - number(other.id));
            for (const [id, view] of this.shown) {
                if (!commands.some(command => command.id === id)) {
                    view.root.remove();
                    this.shown.delete(id);
                }
            }
            for (const command of commands) {
                if (!this.shown.has(command.id)) {
                    const view = new View(command);
                    this.shown.set(command.id, view);
                    this.list.append(view.root);
                }
                this.shown.get(command.id).render(command);
            }
        }

        // Why the section failed, or why the chapter could not start for it.
        renderCause(section) {
            const isRefused = isHere() && state.session.phase === 'refused' && state.pressed === this.section;
            const failed = section ? [section.error, section.explanation].filter(Boolean).join('\n') : '';
            const trouble = isRefused ? state.session.trouble : failed;
            this.cause.hidden = !trouble;
            this.cause.textContent = trouble;
            this.where.replaceChildren(...section?.explained ? [explained(section.explained)] : []);
            this.effects.replaceChildren(...(section?.effects ?? []).map(effect => {
                const item = make('li', '', `${effect.is_met ? '✓' : '✗'} ${effect.what}`);
                item.dataset.state = effect.is_met ? 'same' : 'failed';
                if (!effect.is_met) {
                    const why = make('p', '', `${effect.why} `);
                    why.append(explained(effect.explained));
                    item.append(why);
                }
                return item;
            }));
        }
    }

    // A link to the section of the book that explains something: `3-writing#3-8`.
    function explained(place) {
        const [page, id] = place.split('#');
        const link = make('a', '', fill(words.explained, { section: id }));
        link.href = `${page}.html#${id}`;
        return link;
    }

    const number = id => Number(id.split('#')[1]);

    // A command that runs or has run, with its verdict.
    class View {
        constructor(command) {
            this.root = make('div', 'run-command');
            const block = make('div', 'block live');
            const pre = make('pre', '');
            pre.tabIndex = 0;
            pre.setAttribute('role', 'group');
            pre.setAttribute('aria-label', words.output);
            const typed = make(command.is_interrupt ? 'span' : 'kbd', command.is_interrupt ? 'interrupt' : 'typed',
                command.is_interrupt ? fill(words.interrupt, { command: command.typed }) : command.typed);
            this.head = make('samp', '');
            this.more = button('run-more', '', () => this.showAll());
            this.tail = make('samp', '');
            this.more.hidden = true;
            pre.append(typed, '\n', this.head, this.more, this.tail);
            block.append(pre);
            this.verdict = make('p', 'run-verdict');
            this.why = make('p', 'run-why');
            this.details = make('details', 'run-diff');
            this.details.append(make('summary', '', words.diff));
            this.diff = make('pre', '');
            this.diff.tabIndex = 0;
            this.details.append(this.diff);
            this.why.hidden = true;
            this.details.hidden = true;
            this.root.append(block, this.verdict, this.why, this.details);
        }

        async showAll() {
            try {
                const { output } = await ask('output', { chapter, id: this.command.id });
                this.whole = output;
                this.render(this.command);
            } catch (error) {
                say(error);
            }
        }

        render(command) {
            this.command = command;
            const set = (element, text) => {
                if (element.textContent !== text) {
                    element.textContent = text;
                }
            };
            const isWhole = command.left_out === 0 || this.whole !== undefined;
            set(this.head, isWhole ? this.whole ?? command.head : command.head);
            set(this.tail, isWhole ? '' : command.tail);
            this.more.hidden = isWhole;
            set(this.more, fill(words.left_out, { count: command.left_out }));
            const parts = [];
            const verdict = { 'differs-as-expected': 'same' }[command.verdict] ?? command.verdict;
            if (verdict) {
                parts.push(`${MARKS[verdict] ?? ''} ${words['state_' + verdict.replaceAll('-', '_')] ?? ''}`.trim());
            }
            if (command.has_ended && command.status !== 0) {
                parts.push(command.status === null ? words.signal : fill(words.status, { status: command.status }));
            }
            if (command.has_ended && command.milliseconds >= 1000) {
                parts.push(fill(words.seconds, { seconds: (command.milliseconds / 1000).toFixed(1) }));
            }
            if (command.lost) {
                parts.push(fill(words.lost, { bytes: command.lost }));
            }
            set(this.verdict, parts.join(' · '));
            this.root.dataset.state = verdict ?? '';
            const reasons = (command.reasons ?? []).filter(reason => reason.kind === 'recorded-elsewhere');
            this.why.hidden = verdict !== 'in-other-words' || !reasons.length;
            set(this.why, reasons.map(reason => fill(words.elsewhere, {
                what: words['part_' + reason.what.replaceAll('-', '_')] ?? reason.what, book: reason.book, here: reason.here,
            })).join('; '));
            const lines = command.diff?.lines ?? [];
            const isNew = this.details.hidden && lines.length > 0;
            this.details.hidden = !lines.length;
            this.details.open ||= isNew && verdict === 'differs';
            const rest = command.diff?.left_out ? ['…'] : [];
            set(this.diff, [...lines, ...rest].join('\n'));
        }
    }

    const panels = blocks.map(block => new Panel(block));

    const offer = make('div', 'run-offer');
    const whole = toggle('run-start', () => isHere() && ['starting', 'running'].includes(state.session.phase),
        () => words.chapter,
        () => start('', (lines, onYes) => question(offer, lines, words.run, onYes)));
    const clean = button('run-clean', words.clean, async () => {
        try {
            const { objects } = await ask('made', {});
            if (objects.length) {
                question(offer, [words.would_remove, ...objects], words.remove, async () => {
                    await ask('clean', {}).catch(say);
                    poll();
                });
            } else {
                question(offer, null);
                said.textContent = words.nothing_made;
                spoken.textContent = words.nothing_made;
            }
        } catch (error) {
            say(error);
        }
    });
    const again = button('run-look', words.look, look);
    const trouble = make('pre', 'run-cause');
    trouble.tabIndex = 0;
    const line = make('div', 'run-bar');
    line.append(whole, clean, again, said);
    bar.append(line, offer, trouble);

    function renderChapter() {
        const { session } = state;
        whole.renew();
        clean.disabled = session.phase !== 'ready';
        whole.hidden = Boolean(state.obstacle);
        clean.hidden = whole.hidden;
        again.hidden = !whole.hidden;
        const phase = {
            starting: fill(words.starting_chapter, { chapter: session.chapter }),
            running: fill(words.running_chapter, { chapter: session.chapter }),
            cleaning: fill(words.cleaning, { chapter: session.chapter }),
            ready: isHere() ? '' : fill(words.ready_chapter, { chapter: session.chapter }),
        }[session.phase] ?? '';
        said.textContent = session.phase === 'starting' && session.note ? `${phase} ${session.note}` : phase;
        trouble.textContent = state.obstacle ?? (isHere() ? session.trouble ?? '' : '');
        trouble.hidden = !trouble.textContent;
    }

    // In the table of contents: the state of each section of this page, the worst of each other page.
    function markContents() {
        const states = new Map();
        for (const section of state.sections.values()) {
            const page = state.pages[section.chapter];
            if (!page || section.state === 'prepared') {
                continue;
            }
            if (section.chapter === chapter) {
                states.set(`#${section.id}`, section.state);
            }
            const worst = states.get(`${page}.html`);
            if (worst === undefined || WORST.indexOf(section.state) < WORST.indexOf(worst)) {
                states.set(`${page}.html`, section.state);
            }
        }
        for (const link of document.querySelectorAll('#mdbook-sidebar a[href]')) {
            const address = new URL(link.href);
            const isThisPage = address.pathname === location.pathname;
            const name = address.hash && isThisPage ? address.hash : address.pathname.split('/').pop();
            const found = address.hash && !isThisPage ? undefined : states.get(name);
            let mark = link.querySelector('.run-mark');
            if (!found) {
                mark?.remove();
                continue;
            }
            if (!mark) {
                mark = make('span', 'run-mark');
                mark.setAttribute('role', 'img');
                link.append(mark);
            }
            if (mark.dataset.state !== found) {
                mark.dataset.state = found;
                mark.textContent = MARKS[found];
                mark.setAttribute('aria-label', words['state_' + found.replaceAll('-', '_')]);
            }
        }
    }

    document.addEventListener('visibilitychange', poll);
    look();
    poll();
})();
