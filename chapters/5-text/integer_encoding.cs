// chapter: integer_encoding
// title: 정수 인코딩 | Integer encoding
// computes: 낱말을 빈도순 번호로 바꾸고, 모르는 낱말과 지프의 법칙을 살펴보기 | words become numbers by frequency; unknown words and Zipf's law
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% a small text of our own
string story = """
    The keeper had a secret. Only the keeper knew the secret. A good keeper keeps a secret, and a secret keeps a good keeper.
    One day a child asked the keeper for the secret. The keeper said: a secret that two know is no secret. The child laughed and the keeper laughed.
    """;
string[][] sentences = [.. SentenceSplitter.Split(story).Select(sentence => TextCleaner.Words(sentence.ToLowerInvariant()))];
lesson.Figure("sentences", sentences.Length, expected: 6);
lesson.Figure("words", sentences.Sum(sentence => sentence.Length), expected: 52);

// %% counting and numbering by hand: the most frequent word gets the smallest number; 0 is kept for padding, 1 for unknown words
int size = lesson.Parameter("size", 10, 3, 100);
var counts = new Dictionary<string, int>();
foreach (string word in sentences.SelectMany(sentence => sentence)) counts[word] = counts.GetValueOrDefault(word) + 1;
string[] byCount = [.. counts.OrderByDescending(entry => entry.Value).Select(entry => entry.Key)];
var ids = byCount.Take(size - 2).Select((word, i) => (word, Id: i + 2)).ToDictionary(pair => pair.word, pair => pair.Id);
lesson.Table(lesson.Text("가장 흔한 낱말", "The most frequent words"), [lesson.Text("낱말", "word"), lesson.Text("횟수", "count"), lesson.Text("번호", "id")],
    byCount.Take(8).Select(word => (object[])[word, counts[word], ids.GetValueOrDefault(word, 1)]));
lesson.Figure("different", counts.Count, expected: 22);
lesson.Figure("count.of.secret", counts["secret"], expected: 7);

// %% the same by the library; what is not known becomes 1
Vocabulary vocabulary = Vocabulary.Build(sentences, maxSize: size, special: ["<pad>", "<unk>"], unknown: "<unk>");
lesson.Figure("differences", byCount.Count(word => ids.GetValueOrDefault(word, 1) != vocabulary.Id(word)), expected: 0);
int[] encoded = vocabulary.Encode(sentences[1]);
lesson.Say($"{string.Join(' ', sentences[1])} → {string.Join(' ', encoded)} → {string.Join(' ', vocabulary.Decode(encoded))}",
    $"{string.Join(' ', sentences[1])} → {string.Join(' ', encoded)} → {string.Join(' ', vocabulary.Decode(encoded))}");
lesson.Figure("second.sentence", [.. encoded.Select(id => (double)id)], [1, 2, 3, 1, 2, 5]);

// %% how much of the text a vocabulary of each size covers
double[] Coverage(IReadOnlyList<int> sorted)
{
    double all = sorted.Sum(), sum = 0;
    return [.. sorted.Select(count => (sum += count) / all)];
}
double[] covered = Coverage([.. byCount.Select(word => counts[word])]);
lesson.Figure("covered.by.8", covered[7], expected: 37.0 / 52);

// %% Zipf's law needs more text: rank × frequency stays nearly constant
(string Word, int Count)[] zipf = [.. Vocabulary.Count(sentences)];
if (lesson.RealRows("text/tinystories_1000.txt", separator: null, header: false) is { } lines)
{
    zipf = [.. Vocabulary.Count(lines.Select(line => TextCleaner.Words(line[0].ToLowerInvariant())))];
    double[] share = Coverage([.. zipf.Select(entry => entry.Count)]);
    lesson.Figure("real.words", zipf.Sum(entry => (double)entry.Count), expected: 186_656);
    lesson.Figure("real.different", zipf.Length, expected: 4823);
    lesson.Figure("real.covered.by.1000", share[999], expected: 0.91052524);
    lesson.Figure("real.once", zipf.Count(entry => entry.Count == 1), expected: 1312);
}
// a straight line through ln(frequency) over ln(rank) of the thousand most frequent words, by least squares
double[] x = [.. Enumerable.Range(1, Math.Min(1000, zipf.Length)).Select(rank => Math.Log(rank))], y = [.. zipf.Take(1000).Select(entry => Math.Log(entry.Count))];
double meanX = x.Average(), meanY = y.Average();
double slope = x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
lesson.Range("zipf.slope", slope, -2, -0.5);
double[] ranks = [.. Enumerable.Range(1, zipf.Length).Select(rank => (double)rank)];
lesson.Plot("zipf", new Panel(lesson.Text("지프의 법칙", "Zipf's law"), lesson.Text("순위", "rank"), lesson.Text("횟수", "count")) { LogX = true, LogY = true }
    .Line(ranks, [.. zipf.Select(entry => (double)entry.Count)], lesson.Text("낱말", "words"))
    .Line(ranks, [.. ranks.Select(rank => Math.Exp(meanY + slope * (Math.Log(rank) - meanX)))], lesson.Text("직선", "straight line"), dashed: true));
