// chapter: ngram_lm
// title: n-그램 언어 모델 | N-gram language models
// computes: 앞 낱말 몇 개로 다음 낱말의 확률을 세고, 펄플렉서티로 평탄화를 견주기 | the next word's probability from counts, and smoothing compared by perplexity
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% a small text of our own; the last sentences are kept for testing
string[][] sentences = [.. """
    the cat sleeps on the mat
    the dog sleeps on the floor
    the cat eats the fish
    the dog eats the bone
    a cat sees the dog
    a dog sees the cat
    the fish swims in the pond
    a child sees the fish
    the child sleeps
    the cat sits on the floor
    """.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(' '))];
string[][] test = [["the", "child", "eats", "the", "cat"], ["a", "fish", "sits", "on", "the", "mat"]];

// %% counting by hand: p(word | before) = count(before word) / count(before)
var pairs = new Dictionary<(string, string), double>();
var befores = new Dictionary<string, double>();
foreach (string[] sentence in sentences)
{
    string before = "<s>";
    foreach (string word in sentence.Append("</s>"))
    {
        pairs[(before, word)] = pairs.GetValueOrDefault((before, word)) + 1;
        befores[before] = befores.GetValueOrDefault(before) + 1;
        before = word;
    }
}
double ByHand(string before, string word) => pairs.GetValueOrDefault((before, word)) / befores[before];
lesson.Figure("p.the.first", ByHand("<s>", "the"), expected: 0.7);
lesson.Figure("p.cat.after.the", ByHand("the", "cat"), expected: 4.0 / 16);
lesson.Figure("p.floor.after.a", ByHand("a", "floor"), expected: 0);

// %% the same by the library
var counted = new NgramModel(sentences, 2, Smoothing.None);
lesson.Figure("library.difference", pairs.Keys.Max(pair => Math.Abs(counted.Probability([pair.Item1], pair.Item2) - ByHand(pair.Item1, pair.Item2))), expected: 0, tolerance: 1e-15);

// %% one unseen pair makes a whole sentence impossible: child eats, a fish, fish sits
lesson.Figure("unseen.pairs", test.Sum(sentence => sentence.Prepend("<s>").Zip(sentence.Append("</s>")).Count(pair => !pairs.ContainsKey(pair))), expected: 3);
lesson.Figure("test.probability.counted", Math.Exp(counted.LogProbability(test[0])), expected: 0);

// %% smoothing: add one to every count, or take a discount off and give it to the shorter context
double k = lesson.Parameter("k", 1.0, 0, 10), discount = lesson.Parameter("discount", 0.75, 0, 1);
var added = new NgramModel(sentences, 2, Smoothing.AddK, k);
var kneser = new NgramModel(sentences, 2, Smoothing.KneserNey, discount);
int words = added.Words.Count;
lesson.Figure("words", words, expected: 19);
lesson.Figure("added.p.cat.after.the", added.Probability(["the"], "cat"), expected: (4 + 1) / (16 + 19.0));
lesson.Figure("sums", [.. new[] { counted, added, kneser }.Select(model => model.Words.Sum(word => model.Probability(["the"], word)))], [1, 1, 1], tolerance: 1e-12);
// Kneser and Ney by hand: a word's lower probability asks after how many different words it stands
double types = pairs.Count, lower = (pairs.Keys.Count(pair => pair.Item2 == "cat") - discount) / types + discount * pairs.Keys.Select(pair => pair.Item2).Distinct().Count() / types / words;
double higher = (4 - discount) / 16 + discount * pairs.Keys.Count(pair => pair.Item1 == "the") / 16 * lower;
lesson.Figure("kneser.difference", Math.Abs(kneser.Probability(["the"], "cat") - higher), expected: 0, tolerance: 1e-15);

// %% perplexity: among how many equally likely words the model hesitates
lesson.Table(lesson.Text("펄플렉서티", "Perplexity"), [lesson.Text("모델", "model"), lesson.Text("학습 글", "training text"), lesson.Text("시험 글", "test text")],
    ((string Name, NgramModel Model)[])[("count", counted), ("add-k", added), ("Kneser-Ney", kneser)] is var models
        ? models.Select(m => (object[])[m.Name, Math.Round(m.Model.Perplexity(sentences), 3), Math.Round(m.Model.Perplexity(test), 3)]) : []);
lesson.Figure("perplexity.train", [.. models.Select(m => m.Model.Perplexity(sentences))], [2.5915759, 8.2458112, 4.2045418]);
lesson.Figure("perplexity.test.added", added.Perplexity(test), expected: 10.777104);
lesson.Figure("perplexity.test.kneser", kneser.Perplexity(test), expected: 7.6192388);

// %% longer memories on more text: without smoothing a longer memory only learns by heart
string[][] train = sentences, held = test;
if (lesson.RealRows("text/tinystories_1000.txt", separator: null, header: false) is { } lines)
{
    string[][] all = [.. lines.SelectMany(line => SentenceSplitter.Split(line[0])).Select(sentence => TextCleaner.Words(sentence.ToLowerInvariant())).Where(sentence => sentence.Length > 0).Take(6000)];
    (train, held) = (all[..(all.Length * 9 / 10)], all[(all.Length * 9 / 10)..]);
    lesson.Figure("real.sentences", all.Length, expected: 6000);
}
double[] orders = [1, 2, 3, 4];
NgramModel[] kneserNey = [.. orders.Select(n => new NgramModel(train, (int)n, Smoothing.KneserNey, discount))];
double[] smooth = [.. kneserNey.Select(model => model.Perplexity(held))], laplace = [.. orders.Select(n => new NgramModel(train, (int)n, Smoothing.AddK, k).Perplexity(held))];
lesson.Figure(train == sentences ? "orders.kneser" : "real.orders.kneser", smooth, train == sentences ? null : [320.47721, 87.534492, 75.340529, 75.650871]);
lesson.Figure(train == sentences ? "orders.added" : "real.orders.added", laplace, train == sentences ? null : [320.49176, 430.09161, 1012.689, 1312.2291]);

// %% writing: each word drawn after those before it
lesson.Say("세 낱말 모델이 지은 문장:", "Sentences that the model of three words makes up:");
var small = new NgramModel(sentences, 3, Smoothing.None);
var random = new Random((int)lesson.Seed(5));
for (int i = 0; i < 3; i++) lesson.Say("  " + string.Join(' ', small.Generate(random, 12)), "  " + string.Join(' ', small.Generate(random, 12)));

string[] shown = ["<s>", "the", "a", "cat", "dog", "sees", "on"], next = ["the", "a", "cat", "dog", "fish", "sees", "sleeps", "on", "floor", "</s>"];
var table = new double[shown.Length, next.Length];
for (int i = 0; i < shown.Length; i++)
    for (int j = 0; j < next.Length; j++) table[i, j] = Math.Round(kneser.Probability([shown[i]], next[j]), 2);
lesson.Plot("ngrams", new Figure("", 2,
[
    new Panel(lesson.Text("앞 낱말(행) 다음에 올 확률", "Probability after the word of the row")).HeatMap(table, rows: shown, columns: next, showValues: true),
    new Panel(lesson.Text("시험 글의 펄플렉서티", "Perplexity of the test text"), "n", lesson.Text("펄플렉서티", "perplexity")) { LogY = true }.Line(orders, laplace, "add-k").Line(orders, smooth, "Kneser-Ney"),
]));
