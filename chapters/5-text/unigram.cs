// chapter: unigram
// title: 유니그램 토크나이저 | The Unigram tokenizer
// computes: 한 낱말을 자르는 모든 길의 확률, 비터비, 기댓값 최대화(EM), 손실이 작은 조각부터 버리기 | the probability of every way to cut a word, Viterbi, expectation maximisation, and dropping the pieces that cost least
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% a text one can read: its words and their counts
string text = """
    the king sings and the kings sing
    a ring rings and the rings keep ringing
    the singer is singing to the king
    the ringer rings the king a ring
    the singers sing along and keep singing
    """;
IReadOnlyList<KeyValuePair<string, long>> words = WordCounts.Of([text], null, new WhitespaceSplitPreTokenizer()).Sorted();
lesson.Figure("words", [words.Sum(word => word.Value), words.Count], [36, 18]);

// %% the beginning is too large a vocabulary: all characters, and all substrings that occur at least twice
Dictionary<string, double> Seeds(IReadOnlyList<KeyValuePair<string, long>> words)
{
    var counts = new Dictionary<string, double>();
    foreach (var (word, times) in words)
        for (int start = 0; start < word.Length; start++)
            for (int end = start + 1; end <= Math.Min(word.Length, start + 8); end++)
                counts[word[start..end]] = counts.GetValueOrDefault(word[start..end]) + times;
    var kept = counts.Where(entry => entry.Key.Length == 1 || entry.Value >= 2).ToDictionary(entry => entry.Key, entry => entry.Value * entry.Key.Length);
    double sum = kept.Values.Sum();
    return kept.ToDictionary(entry => entry.Key, entry => entry.Value / sum);
}
Dictionary<string, double> seeds = Seeds(words);
lesson.Figure("seeds", seeds.Count, expected: 63);

// %% every way to cut a word: the product of its pieces' probabilities
IEnumerable<string[]> Cuts(string word, Dictionary<string, double> p) => word.Length == 0 ? [[]]
    : from end in Enumerable.Range(1, word.Length) where p.ContainsKey(word[..end]) from rest in Cuts(word[end..], p) select (string[])[word[..end], .. rest];
double Product(IEnumerable<string> pieces, Dictionary<string, double> p) => pieces.Aggregate(1.0, (product, piece) => product * p[piece]);

// %% Viterbi: the best way to each place is the best way to an earlier one and one piece more
string[] Best(string word, Dictionary<string, double> p, string without = "")
{
    double[] best = [1, .. new double[word.Length]];
    string[] last = new string[word.Length + 1];
    for (int end = 1; end <= word.Length; end++)
        for (int start = 0; start < end; start++)
            if (word[start..end] is var piece && piece != without && p.TryGetValue(piece, out double one) && best[start] * one > best[end])
                (best[end], last[end]) = (best[start] * one, piece);
    var pieces = new List<string>();
    for (int at = word.Length; at > 0; at -= last[at].Length) pieces.Insert(0, last[at]);
    return [.. pieces];
}

// %% forward and backward: the sum over all ways without listing them, and how often each piece is expected
double Expect(string word, Dictionary<string, double> p, Dictionary<string, double>? expected = null, double times = 1, string without = "")
{
    double[] forward = [1, .. new double[word.Length]], backward = [.. new double[word.Length], 1];
    var edges = (from start in Enumerable.Range(0, word.Length) from end in Enumerable.Range(start + 1, word.Length - start)
                 let piece = word[start..end] where piece != without && p.ContainsKey(piece) select (Start: start, End: end, Piece: piece)).ToArray();
    foreach (var (start, end, piece) in edges) forward[end] += forward[start] * p[piece];
    foreach (var (start, end, piece) in edges.Reverse()) backward[start] += p[piece] * backward[end];
    foreach (var (start, end, piece) in edges)
        if (expected is not null) expected[piece] = expected.GetValueOrDefault(piece) + times * forward[start] * p[piece] * backward[end] / forward[^1];
    return forward[^1];
}
string asked = "singers";
string[][] ways = [.. Cuts(asked, seeds).OrderByDescending(cut => Product(cut, seeds))];
lesson.Figure("cuts", ways.Length, expected: 32);
lesson.Figure("sum.difference", ways.Sum(cut => Product(cut, seeds)) - Expect(asked, seeds), expected: 0, tolerance: 1e-15);
lesson.Figure("viterbi.is.best", Best(asked, seeds).SequenceEqual(ways[0]) ? 1 : 0, expected: 1);
// the expected count is a derivative, p d ln P / dp: here beside a central difference
var expectedOnce = new Dictionary<string, double>();
Expect(asked, seeds, expectedOnce);
double nudge = 1e-6;
double Nudged(double by) => Math.Log(Expect(asked, new Dictionary<string, double>(seeds) { ["sing"] = seeds["sing"] * (1 + by) }));
lesson.Figure("expected.sing", expectedOnce["sing"]);
lesson.Figure("gradient.difference", expectedOnce["sing"] - (Nudged(nudge) - Nudged(-nudge)) / (2 * nudge), expected: 0, tolerance: 1e-8);

// %% EM: expected counts become the new probabilities, and the text can only become more probable
double LogLikelihood(IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p) => words.Sum(word => word.Value * Math.Log(Expect(word.Key, p)));
Dictionary<string, double> Round(IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p, double least = 0)
{
    var expected = p.Keys.ToDictionary(piece => piece, _ => 0.0);
    foreach (var (word, times) in words) Expect(word, p, expected, times);
    // letters stay usable, however rare; other pieces must be expected at least that often
    foreach (string letter in p.Keys.Where(piece => piece.Length == 1)) expected[letter] = Math.Max(expected[letter], least);
    var kept = expected.Where(entry => entry.Value >= least).ToArray();
    double sum = kept.Sum(entry => entry.Value);
    return kept.ToDictionary(entry => entry.Key, entry => entry.Value / sum);
}
int rounds = lesson.Parameter("rounds", 4, 1, 20), size = lesson.Parameter("size", 22, 17, 60);
List<double> pure = [];
for (var (p, i) = (seeds, 0); i <= rounds; i++, p = Round(words, p)) pure.Add(LogLikelihood(words, p));
lesson.Figure("em.loglikelihood", [.. pure], [-184.00233, -130.09401, -124.65947, -123.57126, -123.48404]);
lesson.Figure("em.falls", pure.Zip(pure.Skip(1)).Count(step => step.Second < step.First), expected: 0);

// %% training: a few rounds of EM, then the pieces that cost least are dropped, and again
// what dropping a piece costs: the words that hold it must do without
double Loss(string piece, IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p) =>
    words.Where(word => word.Key.Contains(piece, StringComparison.Ordinal)).Sum(word => word.Value * Math.Log(Expect(word.Key, p) / Expect(word.Key, p, without: piece)));
double kept = lesson.Parameter("kept", 0.75, 0.1, 0.95);
(Dictionary<string, double> P, List<(int Pieces, double LogLikelihood)> Trace) Train(IReadOnlyList<KeyValuePair<string, long>> words, int size)
{
    Dictionary<string, double> p = Seeds(words);
    List<(int Pieces, double LogLikelihood)> trace = [(p.Count, LogLikelihood(words, p))];
    while (true)
    {
        for (int i = 0; i < rounds; i++) trace.Add(((p = Round(words, p, 0.1)).Count, LogLikelihood(words, p)));
        if (p.Count <= size) return (p, trace);
        string[] letters = [.. p.Keys.Where(piece => piece.Length == 1)];                   // they stay: nothing may become impossible
        int room = Math.Max(size, (int)(p.Count * kept)) - letters.Length;
        var losses = p.Keys.Except(letters).Select(piece => (Piece: piece, Loss: Math.Round(Loss(piece, words, p), 9))).OrderByDescending(entry => entry.Loss).ThenBy(entry => entry.Piece, StringComparer.Ordinal).ToArray();
        if (trace.Count == rounds + 1)
            lesson.Table(lesson.Text("처음으로 버릴 때", "At the first drop"), [lesson.Text("조각", "piece"), lesson.Text("없이는", "without it"), lesson.Text("손실", "loss")],
                losses[..5].Concat(losses[^4..]).Select(entry => (object[])[entry.Piece, string.Join(' ', Best(entry.Piece, p, entry.Piece)), Math.Round(entry.Loss, 3)]));
        var left = letters.Concat(losses.Take(Math.Max(0, room)).Select(entry => entry.Piece)).ToArray();
        double sum = left.Sum(piece => p[piece]);
        p = left.ToDictionary(piece => piece, piece => p[piece] / sum);
        trace.Add((p.Count, LogLikelihood(words, p)));
    }
}
var (learned, trace) = Train(words, size);
string pieces = string.Join(' ', learned.OrderByDescending(entry => entry.Value).Select(entry => entry.Key));
lesson.Say(pieces, pieces);
lesson.Figure("final.loglikelihood", trace[^1].LogLikelihood, expected: -139.38131);
lesson.Figure("final.pieces", [trace[rounds].Pieces, trace[^1].Pieces], [26, 22]);

// %% the same word before and after: its cuts share the probability among them
double Share(string[] cut, Dictionary<string, double> p) => cut.All(p.ContainsKey) ? Product(cut, p) / Expect(string.Concat(cut), p) : 0;
Dictionary<string, double> once = Enumerable.Range(0, rounds).Aggregate(seeds, (p, _) => Round(words, p, 0.1));
string[][] best = [.. "singer s|sing er s|sing e r s|s inger s|s i ng er s".Split('|').Select(cut => cut.Split(' '))];
double[][] shares = [.. new[] { seeds, once, learned }.Select(p => best.Select(cut => Share(cut, p)).ToArray())];
lesson.Table(lesson.Text("singers를 자르는 길의 몫", "The shares of the ways to cut singers"), [lesson.Text("자르기", "cut"), lesson.Text("처음", "seeds"), "EM", lesson.Text("끝", "end")],
    best.Select((cut, i) => (object[])[string.Join(' ', cut), .. shares.Select(share => (object)Math.Round(share[i], 4))]));
foreach (var (name, share) in ((string[])["seeds", "em", "end"]).Zip(shares)) lesson.Figure($"shares.{name}", share[..2], name switch { "seeds" => [0.92196789, 0.01500878], "em" => [0.96481428, 0.03390617], _ => [0, 0.99487876] });

// %% a cut drawn by chance, with p^alpha, shows a model the same word in several ways (subword regularisation)
double alpha = lesson.Parameter("alpha", 0.2, 0, 2);
var flat = learned.ToDictionary(entry => entry.Key, entry => Math.Pow(entry.Value, alpha));
double[] numbers = new double[1000];
new NumPyRandom(lesson.Seed(3)).Uniform(numbers);
(string Cut, double Share)[] choices = [.. Cuts(asked, flat).Select(cut => (string.Join(' ', cut), Share(cut, flat))).OrderByDescending(choice => choice.Item2)];
string Drawn(double number) => choices.First(choice => (number -= choice.Share) <= 0 || choice == choices[^1]).Cut;
var drawn = numbers.CountBy(Drawn).OrderByDescending(entry => entry.Value).ToArray();
foreach (var (cut, count) in drawn.Take(4)) lesson.Say($"  {count}/1000 {cut}", $"  {count}/1000 {cut}");
lesson.Figure("sample.largest", [drawn[0].Value / 1000.0, choices[0].Share], [0.618, 0.62771238]);

// %% the library: the same best cuts from our probabilities; and its own trainer (a Bayesian M step, the loss by the best replacement only)
var ours = new Tokenizer(new UnigramModel(learned.Select(entry => (entry.Key, Math.Log(entry.Value))).Append(("<unk>", -50.0)), unknownId: learned.Count), preTokenizer: new WhitespaceSplitPreTokenizer());
lesson.Figure("library.different.words", words.Count(word => !ours.Encode(word.Key).Tokens.SequenceEqual(Best(word.Key, learned))), expected: 0);
var theirs = new UnigramTrainer { VocabularySize = size + 1, CharacterCoverage = 1 }.Train(WordCounts.Of([text], null, new WhitespaceSplitPreTokenizer())).Skip(1).ToDictionary(piece => piece.Token, piece => Math.Exp(piece.Score));
lesson.Figure("library.shared.pieces", theirs.Keys.Intersect(learned.Keys).Count(), expected: 21);
double total = theirs.Values.Sum();
lesson.Figure("library.loglikelihood", LogLikelihood(words, theirs.ToDictionary(entry => entry.Key, entry => entry.Value / total)));

// %% Korean
string diary = """
    아침에 비가 왔다. 나는 우산을 들고 학교에 갔다. 학교에서 친구를 만났다. 친구는 우산이 없었다.
    우리는 우산을 같이 썼다. 친구가 고맙다고 말했다. 점심에 우리는 국수를 먹었다. 국수가 따뜻하고 맛있었다.
    오후에 비가 그쳤다. 하늘이 맑아졌다. 우리는 운동장에 나갔다. 친구가 공을 찼다. 나는 공을 받았다.
    저녁에 집에 왔다. 어머니가 국을 끓였다. 동생은 책을 읽었다. 나는 하루를 일기에 썼다. 나는 창문을 닫았다.
    """;
var korean = Train(WordCounts.Of(diary.Replace(".", "").Split('\n'), null, new MetaspacePreTokenizer()).Sorted(), lesson.Parameter("korean_size", 98, 90, 200)).P;
string longest = string.Join(' ', korean.Where(entry => entry.Key.Length > 1).OrderByDescending(entry => entry.Value).Select(entry => entry.Key));
lesson.Say(longest, longest);
foreach (string word in (string[])["▁친구가", "▁친구는", "▁우산을", "▁국을"])
{
    string cuts = string.Join("   ", Cuts(word, korean).OrderByDescending(cut => Share(cut, korean)).Take(3).Select(cut => FormattableString.Invariant($"{string.Join(' ', cut)} {Share(cut, korean):0.000}")));
    lesson.Say(cuts, cuts);
    lesson.Figure($"korean.{word[1..]}", [.. Cuts(word, korean).Select(cut => Share(cut, korean)).OrderDescending().Take(3)]);
}

double[] steps = [.. trace.Select((_, i) => (double)i)];
var climb = new Panel(lesson.Text("EM은 오르고, 버리면 내린다 (수: 조각)", "EM climbs, dropping falls (numbers: pieces)"), lesson.Text("걸음", "step"), lesson.Text("로그 가능도", "log likelihood")).Line(steps, trace.Select(step => step.LogLikelihood).ToArray());
for (int i = rounds; i < trace.Count; i += rounds + 1) climb.Text(i - 0.3, trace[i].LogLikelihood - 4, $"{trace[i].Pieces}");
string[] labels = [.. best.Select(cut => string.Join(' ', cut))];
lesson.Plot("unigram", new Figure("", 2,
[
    climb,
    new Panel(lesson.Text("singers를 자르는 길의 몫", "Shares of the ways to cut singers")).Bars(labels, shares[0], lesson.Text("처음", "seeds"), Color.Grey).Bars(labels, shares[1], "EM", Color.Blue).Bars(labels, shares[2], lesson.Text("끝", "end"), Color.Vermilion),
]));

// %% the vocabulary of a Korean T5: --set real=1
if (lesson.Parameter("real", 0, 0, 1) == 1 && lesson.RealFile("tokenizers/ke-t5.sentencepiece.model") is { } path)
{
    Tokenizer t5 = Tokenizer.FromFile(path);
    foreach (var (name, sentence) in ((string, string)[])[("korean", "동생이 우산을 잃어버렸다. 나는 새 우산을 샀다."), ("english", "My brother lost his umbrella. I bought a new one.")])
    {
        IReadOnlyList<string> cut = t5.Encode(sentence, addSpecialTokens: false).Tokens;
        lesson.Say(string.Join(' ', cut), string.Join(' ', cut));
        lesson.Figure($"real.{name}.tokens", cut.Count);
    }
    lesson.Figure("real.vocabulary", t5.VocabularySize);
}
