// chapter: bpe
// title: 바이트 쌍 인코딩(BPE) | Byte-pair encoding (BPE)
// computes: 가장 잦은 이웃 쌍을 거듭 합쳐 만드는 어휘: 손으로, 라이브러리로, 한국어는 바이트와 자모로 | a vocabulary made by merging the most frequent neighbours again and again: by hand, by the library, in Korean by bytes and by jamo
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% a text one can read; all that counts is how often each word occurs
string[] rhyme = """
    rain rain on the train
    the train is in the rain
    a rainy train on a rainy plain
    the sun is in the plain
    sunny sunny sunny plain
    the brain in the sun
    """.Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);
WordCounts counted = WordCounts.Of(rhyme, null, null);
lesson.Figure("words", rhyme.Length, expected: 33);
lesson.Figure("words.distinct", counted.Count, expected: 12);

// %% training: count all pairs of neighbours, merge the most frequent, and begin again
var show = new List<object[]>();
(List<string> Tokens, List<(string Left, string Right)> Merges, List<double> Counts) Train(WordCounts counted, int merges, string? watched = null)
{
    var words = counted.Sorted().Select(entry => (Symbols: entry.Key.Select(c => c.ToString()).ToList(), Times: entry.Value)).ToArray();
    List<string> tokens = [.. words.SelectMany(word => word.Symbols).Distinct().Order(StringComparer.Ordinal)];
    var learned = new List<(string Left, string Right)>();
    var seen = new List<double>();
    for (int size = tokens.Count + merges; tokens.Count < size;)
    {
        var pairs = new Dictionary<(string Left, string Right), long>();
        foreach (var (symbols, times) in words)
            for (int i = 0; i + 1 < symbols.Count; i++)
                pairs[(symbols[i], symbols[i + 1])] = pairs.GetValueOrDefault((symbols[i], symbols[i + 1])) + times;
        // of equally frequent pairs the one whose tokens are older: otherwise the result would depend on the dictionary's order
        var ranked = pairs.OrderBy(pair => (-pair.Value, tokens.IndexOf(pair.Key.Left), tokens.IndexOf(pair.Key.Right))).Take(4).ToArray();
        if (ranked.Length == 0 || ranked[0].Value < 2) break;
        var (pair, count) = ranked[0];
        foreach (var (symbols, _) in words) Merge(symbols, pair);
        if (!tokens.Contains(pair.Left + pair.Right)) tokens.Add(pair.Left + pair.Right);
        learned.Add(pair);
        seen.Add(count);
        if (watched is not null)
            show.Add([learned.Count, $"{pair.Left}+{pair.Right}", count, string.Join("  ", ranked.Skip(1).Select(other => $"{other.Key.Left}+{other.Key.Right} {other.Value}")),
                string.Join('|', words[Array.FindIndex(words, word => string.Concat(word.Symbols) == watched)].Symbols)]);
    }
    return (tokens, learned, seen);
}
void Merge(List<string> symbols, (string Left, string Right) pair)
{
    for (int i = 0; i + 1 < symbols.Count; i++)
        if (symbols[i] == pair.Left && symbols[i + 1] == pair.Right)
        {
            symbols[i] += pair.Right;
            symbols.RemoveAt(i + 1);
        }
}
int merges = lesson.Parameter("merges", 14, 1, 40);
var (tokens, learned, seen) = Train(counted, merges, "rainy");
lesson.Table(lesson.Text("합치기 하나씩", "Merge by merge"), [lesson.Text("차례", "step"), lesson.Text("합친 쌍", "merged"), lesson.Text("횟수", "count"), lesson.Text("다음 후보", "runners-up"), "rainy"], show);
lesson.Figure("counts", [.. seen], [15, 12, 9, 7, 7, 5, 5, 3, 3, 3, 3, 3, 2, 2]);
lesson.Figure("tokens", tokens.Count, expected: 28);

// %% the library does the same, merge for merge; it keeps a heap of pairs and looks again only at the words that a merge touches
double Different(WordCounts counted, int size, List<(string Left, string Right)> learned)
{
    IReadOnlyList<(string Left, string Right)> theirs = new BpeTrainer { VocabularySize = size, MinimumFrequency = 2 }.Train(counted).Merges;
    return Math.Abs(theirs.Count - learned.Count) + theirs.Zip(learned).Count(both => both.First != both.Second);
}
lesson.Figure("library.different.merges", Different(counted, tokens.Count, learned), expected: 0);

// %% a new word: the merges in the order in which they were learned, not the longest piece first
List<string> Encode(string word, Dictionary<(string, string), int> ranks, int merges = int.MaxValue)
{
    List<string> symbols = [.. word.Select(c => c.ToString())];
    while (true)
    {
        var pairs = symbols.Zip(symbols.Skip(1)).Where(pair => ranks.GetValueOrDefault(pair, int.MaxValue) < merges).ToArray();
        if (pairs.Length == 0) return symbols;
        Merge(symbols, pairs.MinBy(pair => ranks[pair]));
    }
}
Dictionary<(string, string), int> Ranks(IEnumerable<(string, string)> merges) => merges.Select((pair, rank) => (pair, rank)).ToDictionary(entry => entry.pair, entry => entry.rank);
var ranks = Ranks(learned);
var library = new Tokenizer(new BpeModel(tokens.Select(KeyValuePair.Create), learned), preTokenizer: new WhitespaceSplitPreTokenizer());
string[] fresh = ["strain", "plainly", "sunrain", "trays", "bunny"];
lesson.Table(lesson.Text("새 낱말 자르기", "Cutting new words"), [lesson.Text("낱말", "word"), lesson.Text("토큰", "tokens")], fresh.Select(word => (object[])[word, string.Join('|', Encode(word, ranks))]));
lesson.Figure("fresh.tokens", [.. fresh.Select(word => (double)Encode(word, ranks).Count)], [2, 3, 2, 5, 4]);
lesson.Figure("library.different.words", fresh.Count(word => !library.Encode(word).Tokens.SequenceEqual(Encode(word, ranks))), expected: 0);

// %% Korean: the same loop over three alphabets
string[] diary = """
    아침에 비가 왔다. 나는 우산을 들고 학교에 갔다. 학교에서 친구를 만났다. 친구는 우산이 없었다.
    우리는 우산을 같이 썼다. 친구가 고맙다고 말했다. 점심에 우리는 국수를 먹었다. 국수가 따뜻하고 맛있었다.
    오후에 비가 그쳤다. 하늘이 맑아졌다. 우리는 운동장에 나갔다. 친구가 공을 찼다. 나는 공을 받았다. 저녁에 집에 왔다.
    어머니가 국을 끓였다. 동생은 책을 읽었다. 나는 하루를 일기에 썼다. 밤에 다시 비가 내렸다. 나는 창문을 닫았다. 그리고 잠이 들었다.
    """.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
string test = "동생이 우산을 잃어버렸다. 나는 새 우산을 샀다.";
var byBytes = new ByteLevelPreTokenizer(addPrefixSpace: false);
var bySpaces = new MetaspacePreTokenizer();
int koreanMerges = lesson.Parameter("korean_merges", 60, 10, 150);
(string Name, string Title, Func<string, IEnumerable<string>> Cut)[] alphabets =
[
    ("bytes", lesson.Text("바이트", "bytes"), text => byBytes.Split(text).Select(piece => piece.Word)), // a byte is written as a letter: ë for 0xEB
    ("syllables", lesson.Text("음절", "syllables"), text => bySpaces.Split(text).Select(piece => piece.Word)),
    ("jamo", lesson.Text("자모", "jamo"), text => bySpaces.Split(text).Select(piece => Hangul.Split(piece.Word))),
];
double[] steps = [.. Enumerable.Range(0, koreanMerges / 5 + 1).Select(i => 5.0 * i)];
var curves = new Panel(lesson.Text("처음 보는 글: 글자마다 토큰 수", "An unseen text: tokens a character"), lesson.Text("합친 횟수", "merges"), lesson.Text("토큰 / 글자", "tokens / character")) { YLimits = (0, 3) };
foreach (var (name, title, cut) in alphabets)
{
    WordCounts words = WordCounts.Of(diary.SelectMany(cut), null, null);
    var korean = Train(words, koreanMerges);
    var order = Ranks(korean.Merges);
    double Length(int merges) => cut(test).Sum(word => Encode(word, order, merges).Count);
    char[] alphabet = [.. words.Sorted().SelectMany(entry => entry.Key).Distinct()];
    lesson.Figure($"korean.{name}.alphabet", alphabet.Length);
    lesson.Figure($"korean.{name}.unknown", string.Concat(cut(test)).Except(alphabet).Count());
    lesson.Figure($"korean.{name}.different.merges", Different(words, korean.Tokens.Count, korean.Merges), expected: 0);
    lesson.Figure($"korean.{name}.test.tokens", [Length(0), Length(koreanMerges)], name switch { "bytes" => [65, 32], "syllables" => [28, 18], _ => [57, 25] });
    curves.Line(steps, steps.Select(merges => Length((int)merges) / test.Length).ToArray(), title);
    string joined = string.Concat(cut(test).SelectMany(word => Encode(word, order)));
    string back = name == "bytes" ? new ByteLevelDecoder().Decode([joined]) : Hangul.Join(joined).Replace('▁', ' ').Trim();
    lesson.Figure($"korean.{name}.decoded", back == test ? 1 : 0, expected: 1);
    if (name == "bytes") continue;
    string first = $"{title}: {string.Join(' ', korean.Merges.Take(24).Select(pair => Hangul.Join(pair.Left + pair.Right)))}";
    lesson.Say(first, first);
    lesson.Figure($"korean.{name}.rank.ㅆ다", korean.Merges.FindIndex(pair => pair.Left + pair.Right == "ㅆㄷㅏ"), expected: name == "jamo" ? 1 : -1);
}
lesson.Plot("merges", new Figure("", 2,
[
    new Panel(lesson.Text("합친 쌍의 횟수", "Count of each merged pair")).Bars([.. learned.Select(pair => $"{pair.Left}+{pair.Right}")], seen.ToArray()),
    curves,
]));

// %% GPT-2's 50,000 merges in our ten lines: --full
if (lesson.Full && lesson.RealRows("tokenizers/gpt2.vocab.bpe", ' ') is { } rows)
{
    var gpt2 = Ranks(rows.Where(row => row.Length == 2).Select(row => (row[0], row[1])));
    lesson.Figure("real.merges", gpt2.Count);
    var official = Tokenizer.FromBpeVocabulary(lesson.RealFile("tokenizers/gpt2.encoder.json")!, lesson.RealFile("tokenizers/gpt2.vocab.bpe")!);
    foreach (var (name, sentence) in ((string, string)[])[("korean", test), ("english", "My brother lost his umbrella. I bought a new one.")])
    {
        string[] pieces = [.. byBytes.Split(sentence).SelectMany(piece => Encode(piece.Word, gpt2))];
        lesson.Figure($"real.{name}.characters", sentence.Length);
        lesson.Figure($"real.{name}.tokens", pieces.Length);
        lesson.Figure($"real.{name}.equal", official.Encode(sentence).Tokens.SequenceEqual(pieces) ? 1 : 0, expected: 1);
    }
}
