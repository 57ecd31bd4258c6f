// chapter: unigram
// title: 유니그램 토크나이저 | The Unigram tokenizer
// computes: 한 낱말을 자르는 모든 길의 확률, 비터비, 기댓값 최대화(EM), 손실이 작은 조각부터 버리기 | the probability of every way to cut a word, Viterbi, expectation maximisation, and dropping the pieces that cost least
// minutes: 0.03

using var lesson = Lesson.Begin(args);
// %% a text one can read: its words and their counts
string text = """
    the king sings and the kings sing a ring rings and the rings keep ringing
    the singer is singing to the king the ringer rings the king a ring the singers sing along and keep singing
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
    return Divided(counts.Where(entry => entry.Key.Length == 1 || entry.Value >= 2).Select(entry => KeyValuePair.Create(entry.Key, entry.Value * entry.Key.Length)));
}
Dictionary<string, double> Divided(IEnumerable<KeyValuePair<string, double>> weights)
{
    double sum = weights.Sum(entry => entry.Value);
    return weights.ToDictionary(entry => entry.Key, entry => entry.Value / sum);
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
    var last = new string[word.Length + 1];
    for (int end = 1; end <= word.Length; end++)
        for (int start = 0; start < end; start++)
            if (word[start..end] is var piece && piece != without && p.TryGetValue(piece, out double one) && best[start] * one > best[end])
                (best[end], last[end]) = (best[start] * one, piece);
    IEnumerable<string> Back(int at) => at == 0 ? [] : Back(at - last[at].Length).Append(last[at]);
    return [.. Back(word.Length)];
}
// %% forward and backward: the sum over all ways without listing them, and how often each piece is expected
double Expect(string word, Dictionary<string, double> p, Dictionary<string, double>? expected = null, double times = 1, string without = "")
{
    double[] forward = [1, .. new double[word.Length]], backward = [.. new double[word.Length], 1];
    var edges = (from start in Enumerable.Range(0, word.Length) from end in Enumerable.Range(start + 1, word.Length - start)
                 let piece = word[start..end] where piece != without && p.ContainsKey(piece) select (Start: start, End: end, Piece: piece)).ToArray();
    foreach (var (start, end, piece) in edges) forward[end] += forward[start] * p[piece];
    foreach (var (start, end, piece) in edges.Reverse()) backward[start] += p[piece] * backward[end];
    foreach (var (start, end, piece) in expected is null ? [] : edges) expected![piece] = expected.GetValueOrDefault(piece) + times * forward[start] * p[piece] * backward[end] / forward[^1];
    return forward[^1];
}
string asked = "singers";
string[][] ways = [.. Cuts(asked, seeds).OrderByDescending(cut => Product(cut, seeds))];
lesson.Figure("cuts", ways.Length, expected: 32);
lesson.Figure("sum.difference", ways.Sum(cut => Product(cut, seeds)) - Expect(asked, seeds), expected: 0, tolerance: 1e-15);
lesson.Figure("viterbi.is.best", Best(asked, seeds).SequenceEqual(ways[0]) ? 1 : 0, expected: 1);
// the expected count is a derivative, p d ln P / dp: here beside a central difference
Dictionary<string, double> expectedOnce = [];
Expect(asked, seeds, expectedOnce);
double Nudged(double by) => Math.Log(Expect(asked, new Dictionary<string, double>(seeds) { ["sing"] = seeds["sing"] * (1 + by) }));
lesson.Figure("gradient.difference", expectedOnce["sing"] - (Nudged(1e-6) - Nudged(-1e-6)) / 2e-6, expected: 0, tolerance: 1e-8);

// %% EM: expected counts become the new probabilities, and the text can only become more probable
double LogLikelihood(IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p) => words.Sum(word => word.Value * Math.Log(Expect(word.Key, p)));
Dictionary<string, double> Round(IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p, double least = 0)
{
    var expected = p.Keys.ToDictionary(piece => piece, _ => 0.0);
    foreach (var (word, times) in words) Expect(word, p, expected, times);
    // letters stay usable, however rare; other pieces must be expected at least that often
    return Divided(expected.Where(entry => entry.Key.Length == 1 || entry.Value >= least).Select(entry => KeyValuePair.Create(entry.Key, Math.Max(entry.Value, least))));
}
double kept = lesson.Parameter("kept", 0.75, 0.1, 0.95), alpha = lesson.Parameter("alpha", 0.2, 0, 2);
int rounds = lesson.Parameter("rounds", 4, 1, 20), size = lesson.Parameter("size", 22, 17, 60);
List<double> pure = [];
for (var (p, i) = (seeds, 0); i <= rounds; i++, p = Round(words, p)) pure.Add(LogLikelihood(words, p));
lesson.Figure("em.loglikelihood", [.. pure], [-184.00233, -130.09401, -124.65947, -123.57126, -123.48404]);
lesson.Figure("em.falls", pure.Zip(pure.Skip(1)).Count(step => step.Second < step.First), expected: 0);
// %% training: rounds of EM, then the pieces that cost least are dropped, and again; a loss is what the words that hold a piece lose without it
double Loss(string piece, IReadOnlyList<KeyValuePair<string, long>> words, Dictionary<string, double> p) =>
    words.Where(word => word.Key.Contains(piece, StringComparison.Ordinal)).Sum(word => word.Value * Math.Log(Expect(word.Key, p) / Expect(word.Key, p, without: piece)));
(Dictionary<string, double> P, List<(int Pieces, double LogLikelihood)> Trace) Train(IReadOnlyList<KeyValuePair<string, long>> words, int size)
{
    var p = Seeds(words);
    List<(int Pieces, double LogLikelihood)> trace = [(p.Count, LogLikelihood(words, p))];
    while (true)
    {
        for (int i = 0; i < rounds; i++) trace.Add(((p = Round(words, p, 0.1)).Count, LogLikelihood(words, p)));
        if (p.Count <= size) return (p, trace);
        string[] letters = [.. p.Keys.Where(piece => piece.Length == 1)];                   // they stay: nothing may become impossible
        var losses = p.Keys.Except(letters).Select(piece => (Piece: piece, Loss: Math.Round(Loss(piece, words, p), 9))).OrderByDescending(entry => entry.Loss).ThenBy(entry => entry.Piece, StringComparer.Ordinal).ToArray();
        if (trace.Count == rounds + 1) lesson.Table(lesson.Text("처음으로 버릴 때", "At the first drop"), [lesson.Text("조각", "piece"), lesson.Text("없이는", "without it"), lesson.Text("손실", "loss")],
                losses[..5].Concat(losses[^4..]).Select(entry => (object[])[entry.Piece, string.Join(' ', Best(entry.Piece, p, entry.Piece)), Math.Round(entry.Loss, 3)]));
        p = Divided([.. letters.Concat(losses.Take(Math.Max(size, (int)(p.Count * kept)) - letters.Length).Select(entry => entry.Piece)).Select(piece => KeyValuePair.Create(piece, p[piece]))]);
        trace.Add((p.Count, LogLikelihood(words, p)));
    }
}
var (learned, trace) = Train(words, size);
void Say(string line) => lesson.Say(line, line);
Say(string.Join(' ', learned.OrderByDescending(entry => entry.Value).Select(entry => entry.Key)));
lesson.Figure("final.loglikelihood", trace[^1].LogLikelihood, expected: -139.38131);
lesson.Figure("final.pieces", [trace[rounds].Pieces, trace[^1].Pieces], [26, 22]);

// %% the same word before and after: its cuts share the probability; p^alpha makes the shares more even, so that a cut can be drawn by chance
double Share(string[] cut, Dictionary<string, double> p) => cut.All(p.ContainsKey) ? Product(cut, p) / Expect(string.Concat(cut), p) : 0;
Dictionary<string, double> once = Enumerable.Range(0, rounds).Aggregate(seeds, (p, _) => Round(words, p, 0.1)), even = learned.ToDictionary(entry => entry.Key, entry => Math.Pow(entry.Value, alpha));
string[][] best = [.. "singer s|sing er s|sing e r s|s inger s|s i ng er s".Split('|').Select(cut => cut.Split(' '))];
double[][] shares = [.. new[] { seeds, once, learned, even }.Select(p => best.Select(cut => Share(cut, p)).ToArray())];
string[] stages = [lesson.Text("처음", "seeds"), "EM", lesson.Text("끝", "end"), "p^α"], labels = [.. best.Select(cut => string.Join(' ', cut))];
lesson.Table(lesson.Text("singers를 자르는 길의 몫", "The shares of the ways to cut singers"), [lesson.Text("자르기", "cut"), .. stages], labels.Select((cut, i) => (object[])[cut, .. shares.Select(share => (object)Math.Round(share[i], 4))]));
foreach (var (name, share, value) in ((string[])["seeds", "em", "end", "even"]).Zip(shares, [0.01500878, 0.03390617, 0.99487876, 0.62771238])) lesson.Figure($"share.sing.er.s.{name}", share[1], value);
// %% the library: the same best cuts from our probabilities; and its own trainer (a Bayesian M step, the loss by the best replacement only)
var ours = new Tokenizer(new UnigramModel(learned.Select(entry => (entry.Key, Math.Log(entry.Value))).Append(("<unk>", -50.0)), unknownId: learned.Count), preTokenizer: new WhitespaceSplitPreTokenizer());
lesson.Figure("library.different.words", words.Count(word => !ours.Encode(word.Key).Tokens.SequenceEqual(Best(word.Key, learned))), expected: 0);
var theirs = new UnigramTrainer { VocabularySize = size + 1, CharacterCoverage = 1 }.Train(WordCounts.Of([text], null, new WhitespaceSplitPreTokenizer())).Skip(1).ToDictionary(piece => piece.Token, piece => Math.Exp(piece.Score));
lesson.Figure("library.shared.pieces", theirs.Keys.Intersect(learned.Keys).Count(), expected: 21);
lesson.Figure("library.loglikelihood", LogLikelihood(words, Divided(theirs)), expected: -156.0002);
// %% Korean
string diary = """
    아침에 비가 왔다. 나는 우산을 들고 학교에 갔다. 학교에서 친구를 만났다. 친구는 우산이 없었다. 우리는 우산을 같이 썼다. 친구가 고맙다고 말했다. 점심에 우리는 국수를 먹었다.
    국수가 따뜻하고 맛있었다. 오후에 비가 그쳤다. 하늘이 맑아졌다. 우리는 운동장에 나갔다. 친구가 공을 찼다. 나는 공을 받았다. 저녁에 집에 왔다. 어머니가 국을 끓였다. 동생은 책을 읽었다. 나는 하루를 일기에 썼다. 나는 창문을 닫았다.
    """;
var korean = Train(WordCounts.Of(diary.Replace(".", "").Split('\n'), null, new MetaspacePreTokenizer()).Sorted(), lesson.Parameter("korean_size", 98, 90, 200)).P;
Say(string.Join(' ', korean.Where(entry => entry.Key.Length > 1).OrderByDescending(entry => entry.Value).Select(entry => entry.Key)));
foreach (string word in (string[])["▁친구가", "▁친구는", "▁우산을", "▁국을"])
{
    (string[] Cut, double Share)[] likely = [.. Cuts(word, korean).Select(cut => (cut, Share(cut, korean))).OrderByDescending(entry => entry.Item2).Take(3)];
    Say(string.Join("   ", likely.Select(entry => FormattableString.Invariant($"{string.Join(' ', entry.Cut)} {entry.Share:0.000}"))));
    lesson.Figure($"korean.{word[1..]}", [.. likely.Select(entry => entry.Share)]);
}
var climb = new Panel(lesson.Text("EM은 오르고, 버리면 내린다 (수: 조각)", "EM climbs, dropping falls (numbers: pieces)"), lesson.Text("걸음", "step"), lesson.Text("로그 가능도", "log likelihood")).Line(trace.Select((_, i) => (double)i).ToArray(), trace.Select(step => step.LogLikelihood).ToArray());
for (int i = rounds; i < trace.Count; i += rounds + 1) climb.Text(i - 0.3, trace[i].LogLikelihood - 4, $"{trace[i].Pieces}");
var cuts = new Panel(lesson.Text("singers를 자르는 길의 몫", "Shares of the ways to cut singers"));
foreach (var (stage, share) in stages.Zip(shares)) cuts.Bars(labels, share, stage);
lesson.Plot("unigram", new Figure("", 2, [climb, cuts]));

// %% the pieces of a Korean T5: --full
if (!lesson.Full || lesson.RealFile("tokenizers/ke-t5.sentencepiece.model") is not { } path) return;
Encoding real = Tokenizer.FromFile(path).Encode("동생이 우산을 잃어버렸다. 나는 새 우산을 샀다.", addSpecialTokens: false);
Say(string.Join(' ', real.Tokens));
lesson.Figure("real.tokens", real.Count);
