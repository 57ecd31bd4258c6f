// chapter: sampling
// title: 다음 낱말 뽑기 | Drawing the next word
// computes: 온도, top-k, top-p, min-p와 반복 벌점이 확률을 바꾸는 법 | what temperature, top-k, top-p, min-p and penalties do to probabilities
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% scores of a model for the word that follows
string[] words = lesson.Text("밥을 국수를 죽을 빵을 떡을 돌을 하늘을 구름을", "rice noodles soup bread cake stones sky clouds").Split(' ');
double[] scores = [4.0, 3.2, 2.6, 2.5, 1.0, 0.2, -0.5, -2.0];
lesson.Say("오늘 저녁에는 ___ 먹었습니다", "This evening I ate ___");
double[] Softmax(IEnumerable<double> z)
{
    double[] all = [.. z];
    double top = all.Max(), sum = all.Sum(x => Math.Exp(x - top));
    return [.. all.Select(x => Math.Exp(x - top) / sum)];
}
double[] plain = Softmax(scores);
lesson.Figure("plain", plain);

// %% temperature: divide the scores; entropy says how undecided the model is
double Entropy(double[] p) => -p.Where(x => x > 0).Sum(x => x * Math.Log(x));
double[] temperatures = [0.25, 0.5, 1, 2, 8];
double[][] heated = [.. temperatures.Select(t => Softmax(scores.Select(z => z / t)))];
for (int i = 0; i < temperatures.Length; i++) lesson.Figure(FormattableString.Invariant($"temperature.{temperatures[i]}"), heated[i]);
lesson.Figure("choices", [.. heated.Select(p => Math.Exp(Entropy(p)))]);                        // among how many words it hesitates
// d(entropy)/dT = Var(z)/T³ ≥ 0: warmer is never more decided; held against a central difference
double Hot(double t) => Entropy(Softmax(scores.Select(z => z / t)));
double mean = plain.Zip(scores, (p, z) => p * z).Sum(), variance = plain.Zip(scores, (p, z) => p * (z - mean) * (z - mean)).Sum();
lesson.Figure("entropy.slope", variance);
lesson.Figure("entropy.slope.difference", variance - (Hot(1 + 1e-5) - Hot(1 - 1e-5)) / 2e-5, expected: 0, tolerance: 1e-8);

// %% cutting the tail: three rules that say how far it reaches; what is left is scaled up to 1
double[] Keep(double[] p, Func<int, bool> kept)
{
    double sum = p.Where((_, i) => kept(i)).Sum();
    return [.. p.Select((x, i) => kept(i) ? x / sum : 0)];
}
int[] rank = [.. Enumerable.Range(0, plain.Length).OrderByDescending(i => plain[i])];
double[] TopK(double[] p, int k) => Keep(p, i => Array.IndexOf(rank, i) < k);
double[] TopP(double[] p, double share) => Keep(p, i => rank.Take(Array.IndexOf(rank, i)).Sum(j => p[j]) < share);
double[] MinP(double[] p, double share) => Keep(p, i => p[i] >= share * p.Max());
int k = lesson.Parameter("k", 3, 1, 8);
double share = lesson.Parameter("p", 0.9, 0.01, 1), least = lesson.Parameter("min_p", 0.04, 0, 1);
(string Name, double[] ByHand, GenerationOptions Options)[] rules =
[
    ("temperature.0.5", heated[1], new() { Temperature = 0.5 }),
    ("top.k", TopK(plain, k), new() { TopK = k }),
    ("top.p", TopP(plain, share), new() { TopP = share }),
    ("min.p", MinP(plain, least), new() { MinP = least }),
];

// %% the same by the library: a model that always gives these scores, asked twenty thousand times
const int Draws = 20_000;
foreach (var (name, byHand, options) in rules)
{
    var fixedScores = new Fixed(scores);
    Tensor drawn = TextGenerator.Generate(fixedScores, Tensor.Zeros([Draws, 1], DType.Int64), null, options with { MaxNewTokens = 1, Sample = true, Generator = new PhiloxRandom(lesson.Seed(1)) });
    long[] said = drawn[.., 1].ToArray<long>();
    double[] frequency = [.. Enumerable.Range(0, scores.Length).Select(i => said.Count(id => id == i) / (double)Draws)];
    lesson.Figure($"{name}.probabilities", byHand);
    lesson.Range($"{name}.drawn.difference", byHand.Zip(frequency, (p, f) => Math.Abs(p - f)).Max(), 0, 0.012);
}
lesson.Figure("kept.words", [.. rules.Select(rule => (double)rule.ByHand.Count(p => p > 0))]);

// %% why a fixed k is clumsy: a sure model and an undecided one
double[] sure = Softmax([8, 2, 1, 0.5, 0, 0, -1, -2]), unsure = Softmax([1.2, 1.1, 1.0, 1.0, 0.9, 0.9, 0.8, -4]);
lesson.Figure("sure.kept", [TopK(sure, k).Count(p => p > 0), TopP(sure, share).Count(p => p > 0), MinP(sure, least).Count(p => p > 0)]);
lesson.Figure("unsure.kept", [TopK(unsure, k).Count(p => p > 0), TopP(unsure, share).Count(p => p > 0), MinP(unsure, least).Count(p => p > 0)]);

// %% penalties: a model that likes to say what it has just said runs in a circle
double[,] follow = { { 0, 3, 1, 1 }, { 2.6, 0, 2.2, 0 }, { 0.5, 1, 0, 2.4 }, { 2, 1.2, 1, 0 } };
string[] syllables = lesson.Text("비 가 온 다", "row your boat gently").Split(' ');
string Sing(GenerationOptions options) => string.Join(' ', TextGenerator.Generate(new Chain(follow), Tensor.Zeros([1, 1], DType.Int64), null, options with { MaxNewTokens = 11 }).ToArray<long>().Select(id => syllables[id]));
double Variety(string song) => song.Split(' ').Zip(song.Split(' ').Skip(1)).Distinct().Count();   // how many different pairs it uses
(string Name, GenerationOptions Options)[] manners =
    [("greedy", new()), ("repetition", new() { RepetitionPenalty = 1.5 }), ("presence", new() { PresencePenalty = 1 }), ("frequency", new() { FrequencyPenalty = 0.5 }), ("no.pairs.twice", new() { NoRepeatNgramSize = 2 })];
double[] variety = new double[manners.Length];
for (int i = 0; i < manners.Length; i++)
{
    string song = Sing(manners[i].Options);
    variety[i] = Variety(song);
    lesson.Say($"{manners[i].Name}: {song}", $"{manners[i].Name}: {song}");
}
lesson.Figure("pairs.used", variety);
lesson.Figure("greedy.pairs", variety[0], expected: 2);

// %% pictures: each rule over the plain probabilities
Panel Bars(string title, double[] p) => new Panel(title) { YLimits = (0, 1) }.Bars(words, plain, lesson.Text("그대로", "plain"), Color.Grey).Bars(words, p, lesson.Text("바뀐 것", "changed"), Color.Blue);
lesson.Plot("rules", new Figure("", 2,
[
    Bars(lesson.Text("온도 0.5", "Temperature 0.5"), heated[1]), Bars($"top-k = {k}", rules[1].ByHand),
    Bars(FormattableString.Invariant($"top-p = {share}"), rules[2].ByHand), Bars(FormattableString.Invariant($"min-p = {least}"), rules[3].ByHand),
]) { PanelWidth = 640, PanelHeight = 300 });
double[] axis = [.. Enumerable.Range(0, 81).Select(i => 0.1 * Math.Pow(80, i / 80.0))];
var heat = new Panel(lesson.Text("온도에 따른 확률", "Probabilities by temperature"), lesson.Text("온도", "temperature")) { LogX = true, YLimits = (0, 1) };
for (int i = 0; i < words.Length - 1; i++) heat.Line(axis, [.. axis.Select(t => Softmax(scores.Select(z => z / t))[i])], words[i]);
lesson.Plot("temperature", heat);

/// <summary>A model that gives the same scores whatever it has read.</summary>
sealed class Fixed(double[] scores) : ILanguageModel
{
    public int VocabularySize => scores.Length;
    public int PositionCount => 1000;
    public Tensor Next(Tensor ids, Tensor? attentionMask, Tensor? positionIds, KeyValueCache cache) =>
        Tensor.From([.. scores.Select(score => (float)score)]).Reshape(1, 1, -1).BroadcastTo([ids.Shape[0], ids.Shape[1], scores.Length]).Contiguous();
}

/// <summary>A model that looks only at the last word.</summary>
sealed class Chain(double[,] follow) : ILanguageModel
{
    public int VocabularySize => follow.GetLength(0);
    public int PositionCount => 1000;
    public Tensor Next(Tensor ids, Tensor? attentionMask, Tensor? positionIds, KeyValueCache cache) => ids.Embedding(Tensor.From(follow).To(DType.Float32));
}
