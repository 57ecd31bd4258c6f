// chapter: wordpiece
// title: 워드피스(WordPiece) | WordPiece
// computes: 횟수가 아니라 가능도로 고르는 쌍, ##이 붙은 조각, 가장 긴 것부터 자르기 | pairs chosen by likelihood instead of count, pieces with ##, and the longest match first
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% a text one can read
string[] text = """
    the king sings and the kings sing
    a ring rings and the rings ring
    the singer sings to the king
    the ringer rings the king a ring
    the kings sing and the singers sing along
    a quick king
    """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
WordCounts counted = WordCounts.Of(text, null, null);
lesson.Figure("words", text.Length, expected: 38);

// %% a piece within a word wears ##: "s" begins sing, "##s" ends kings
string[] Letters(string word) => [.. word.Select((letter, i) => i == 0 ? $"{letter}" : $"##{letter}")];
string Joined(string left, string right) => left + right[2..];
lesson.Say($"kings: {string.Join(' ', Letters("kings"))}", $"kings: {string.Join(' ', Letters("kings"))}");

// %% what a pair is worth, given c(ab), c(a), c(b) and the number of pieces n
double ByCount(double both, double left, double right, double n) => both;                                         // BPE
double ByRatio(double both, double left, double right, double n) => both / (left * right);                        // how much more often together than by chance
double ByGain(double both, double left, double right, double n) =>                                                // how much more probable the text becomes
    Math.Round(XLogX(both) + XLogX(left - both) + XLogX(right - both) - XLogX(n - both) - XLogX(left) - XLogX(right) + XLogX(n), 9);
double XLogX(double x) => x <= 0 ? 0 : x * Math.Log(x);

// %% training: the loop of BPE; only the measure differs
(List<string> Tokens, List<(string Left, string Right)> Merges, List<double> LogLikelihood, List<double> Pieces) Train(WordCounts counted, Func<double, double, double, double, double> worth, int merges, int least, Action<string>? tell = null)
{
    var words = counted.Sorted().Select(entry => (Symbols: Letters(entry.Key).ToList(), Times: entry.Value)).ToArray();
    List<string> tokens = [.. counted.Sorted().SelectMany(entry => entry.Key).Distinct().Order().Select(letter => $"{letter}")];
    tokens.AddRange(words.SelectMany(word => word.Symbols).Distinct().Except(tokens).ToArray());
    var learned = new List<(string Left, string Right)>();
    List<double> likelihood = [], length = [];
    for (int size = tokens.Count + merges; ;)
    {
        Dictionary<string, double> single = [];
        Dictionary<(string Left, string Right), double> pairs = [];
        foreach (var (symbols, times) in words)
            for (int i = 0; i < symbols.Count; i++)
            {
                single[symbols[i]] = single.GetValueOrDefault(symbols[i]) + times;
                if (i > 0) pairs[(symbols[i - 1], symbols[i])] = pairs.GetValueOrDefault((symbols[i - 1], symbols[i])) + times;
            }
        double n = single.Values.Sum();
        likelihood.Add(single.Values.Sum(XLogX) - XLogX(n));                    // sum over pieces of c ln(c / n)
        length.Add(n);
        var ranked = pairs.Where(pair => pair.Value >= least)
            .OrderBy(pair => (-worth(pair.Value, single[pair.Key.Left], single[pair.Key.Right], n), tokens.IndexOf(pair.Key.Left), tokens.IndexOf(pair.Key.Right))).Select(pair => pair.Key).ToArray();
        if (learned.Count == 0) tell?.Invoke(string.Join("   ", ranked.Take(4).Select(pair => FormattableString.Invariant($"{pair.Left}+{pair.Right} {worth(pairs[pair], single[pair.Left], single[pair.Right], n):0.###}"))));
        if (tokens.Count >= size || ranked.Length == 0) return (tokens, learned, likelihood, length);
        var (left, right) = ranked[0];
        foreach (var (symbols, _) in words)
            for (int i = 0; i + 1 < symbols.Count; i++)
                if (symbols[i] == left && symbols[i + 1] == right)
                {
                    symbols[i] = Joined(left, right);
                    symbols.RemoveAt(i + 1);
                }
        if (!tokens.Contains(Joined(left, right))) tokens.Add(Joined(left, right));
        learned.Add((left, right));
    }
}
int merges = lesson.Parameter("merges", 12, 1, 40), least = lesson.Parameter("least", 2, 1, 10);
(string Name, Func<double, double, double, double, double> Worth)[] measures = [("count", ByCount), ("ratio", ByRatio), ("gain", ByGain)];
string[] titles = lesson.Text("횟수|비|가능도 증가", "count|ratio|gain in likelihood").Split('|');
var trained = measures.Zip(titles).Select(measure => Train(counted, measure.First.Worth, merges, least, best => lesson.Say($"처음 쌍의 순위 ({measure.Second}): {best}", $"first pairs by {measure.Second}: {best}"))).ToArray();
foreach (var ((measure, title), result) in measures.Zip(titles).Zip(trained))
{
    string learned = string.Join(' ', result.Merges.Select(pair => Joined(pair.Left, pair.Right)));
    lesson.Say($"{title}: {learned}", $"{title}: {learned}");
    lesson.Figure($"{measure.Name}.loglikelihood", [result.LogLikelihood[0], result.LogLikelihood[^1]]);
    lesson.Figure($"{measure.Name}.pieces", [result.Pieces[0], result.Pieces[^1]], [145, measure.Name == "ratio" ? 74 : 52]);
}
// without a least count the ratio falls for pairs of rare letters: qu occurs once, and q never without u
lesson.Figure("ratio.first.is.q+u", Train(counted, ByRatio, 1, 1).Merges[0] == ("q", "##u") ? 1 : 0, expected: 1);
// the gain of ##n+##g is what the likelihood of the text really gains: nothing is approximated
var once = Train(counted, ByGain, 1, least);
lesson.Figure("gain.first", once.LogLikelihood[1] - once.LogLikelihood[0], expected: 50.934023);
double Inner(char letter) => text.Sum(word => word.Skip(1).Count(c => c == letter));
lesson.Figure("gain.difference", once.LogLikelihood[1] - once.LogLikelihood[0] - ByGain(21, Inner('n'), Inner('g'), 145), expected: 0, tolerance: 1e-8);

// %% the library's trainer counts, as the trainers in use do; the likelihood is the paper's
IReadOnlyList<(string Left, string Right)> theirs = new BpeTrainer { VocabularySize = trained[0].Tokens.Count, MinimumFrequency = least, ContinuingPrefix = "##" }.Train(counted).Merges;
lesson.Figure("library.different.merges", Math.Abs(theirs.Count - trained[0].Merges.Count) + theirs.Zip(trained[0].Merges).Count(both => both.First != both.Second), expected: 0);

// %% cutting a word: the longest piece that fits, then the longest of the rest; one failure and the whole word is unknown
string[] Longest(string word, HashSet<string> vocabulary)
{
    var pieces = new List<string>();
    for (int start = 0, end; start < word.Length; start = end)
    {
        for (end = word.Length; end > start && !vocabulary.Contains((start > 0 ? "##" : "") + word[start..end]);) end--;
        if (end == start) return ["[UNK]"];
        pieces.Add((start > 0 ? "##" : "") + word[start..end]);
    }
    return [.. pieces];
}
Tokenizer Library(IEnumerable<string> tokens) => new(new WordPieceModel(tokens.Append("[UNK]").Select(KeyValuePair.Create)), preTokenizer: new WhitespaceSplitPreTokenizer(), decoder: new WordPieceDecoder());
HashSet<string> vocabulary = [.. trained[0].Tokens];
string[] fresh = ["singing", "ringers", "sting", "inks"];
lesson.Table(lesson.Text("새 낱말 자르기", "Cutting new words"), [lesson.Text("낱말", "word"), lesson.Text("조각", "pieces")], fresh.Select(word => (object[])[word, string.Join(' ', Longest(word, vocabulary))]));
lesson.Figure("fresh.pieces", [.. fresh.Select(word => (double)Longest(word, vocabulary).Length)], [2, 3, 1, 4]);
lesson.Figure("library.different.words", fresh.Concat(text).Count(word => !Library(trained[0].Tokens).Encode(word).Tokens.SequenceEqual(Longest(word, vocabulary))), expected: 0);
// greed can fail where another cut would do: rainy takes the y that ##yday needs
lesson.Figure("greedy.unknown", Longest("rainyday", ["rain", "rainy", "##yday"]) is ["[UNK]"] ? 1 : 0, expected: 1);
lesson.Figure("greedy.known", Longest("rainyday", ["rain", "rainy", "##yday", "##d", "##a", "##y"]).Length, expected: 4);

// %% Korean: one syllable never seen costs the whole word, unless syllables are taken apart first
string[] diary = """
    아침에 비가 왔다. 나는 우산을 들고 학교에 갔다. 학교에서 친구를 만났다. 친구는 우산이 없었다.
    우리는 우산을 같이 썼다. 친구가 고맙다고 말했다. 점심에 우리는 국수를 먹었다. 국수가 따뜻하고 맛있었다.
    오후에 비가 그쳤다. 하늘이 맑아졌다. 우리는 운동장에 나갔다. 친구가 공을 찼다. 나는 공을 받았다.
    저녁에 집에 왔다. 어머니가 국을 끓였다. 동생은 책을 읽었다. 나는 하루를 일기에 썼다. 나는 창문을 닫았다.
    """.Split('\n');
string test = "동생이 우산을 잃어버렸다. 나는 새 우산을 샀다.";
foreach (bool jamo in (bool[])[false, true])
{
    Tokenizer korean = new TokenizerTrainer { Kind = TokenizerKind.WordPiece, VocabularySize = lesson.Parameter("korean_size", 260, 160, 400), SplitJamo = jamo }.Train(diary);
    Encoding cut = korean.Encode(test, addSpecialTokens: false);
    string name = jamo ? "jamo" : "syllables", shown = string.Join(' ', cut.Tokens);
    lesson.Say((jamo ? "자모: " : "음절: ") + shown, $"{name}: {shown}");
    lesson.Figure($"korean.{name}.tokens", cut.Count);
    lesson.Figure($"korean.{name}.unknown", cut.Tokens.Count(token => token == "[UNK]"), expected: jamo ? 1 : 3);
}
double[] steps = [.. Enumerable.Range(0, merges + 1).Select(i => (double)i)];
Panel likely = new(lesson.Text("글의 로그 가능도", "Log likelihood of the text"), lesson.Text("합친 횟수", "merges")), shorter = new(lesson.Text("글의 조각 수", "Pieces in the text"), lesson.Text("합친 횟수", "merges"));
foreach (var (result, title) in trained.Zip(titles))
{
    likely.Line(steps[..result.Pieces.Count], result.LogLikelihood.ToArray(), title);
    shorter.Line(steps[..result.Pieces.Count], result.Pieces.ToArray(), title);
}
lesson.Plot("measures", new Figure("", 2, [likely, shorter]));

// %% the vocabulary of a Korean BERT: --full
if (lesson.Full && lesson.RealFile("tokenizers/kcbert.vocab.txt") is { } path)
{
    Tokenizer kcbert = Tokenizer.FromWordPieceVocabulary(path, lowercase: false);
    string[] pieces = [.. new BertPreTokenizer().Split(test).SelectMany(word => Longest(word.Word, [.. kcbert.Vocabulary().Keys]))];
    lesson.Say(string.Join(' ', pieces), string.Join(' ', pieces));
    lesson.Figure("real.vocabulary", kcbert.VocabularySize);
    lesson.Figure("real.tokens", pieces.Length);
    lesson.Figure("real.different", kcbert.Encode(test, addSpecialTokens: false).Tokens.SequenceEqual(pieces) ? 0 : 1, expected: 0);
}
