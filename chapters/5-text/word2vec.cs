// chapter: word2vec
// title: Word2Vec: 이웃이 낱말의 뜻입니다 | Word2Vec: a word is known by its neighbours
// computes: 네거티브 샘플링을 쓴 스킵그램, 손으로 구한 기울기와 유추 | skip-gram with negative sampling, its gradient by hand, and analogies
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% a little world: animals and cars at their places, people with what belongs to them. One word is both an animal and a car
(string Korean, string English)[] names =
[
    ("고양이", "cat"), ("강아지", "dog"), ("토끼", "rabbit"), ("여우", "fox"), ("재규어", "jaguar"), ("버스", "bus"), ("트럭", "truck"), ("택시", "taxi"), ("승합차", "van"),
    ("왕", "king"), ("여왕", "queen"), ("남자", "man"), ("여자", "woman"),
    ("숲", "forest"), ("마당", "yard"), ("잔다", "sleeps"), ("뛴다", "jumps"), ("먹는다", "eats"), ("도로", "road"), ("차고", "garage"), ("달린다", "drives"), ("멈춘다", "stops"), ("주차한다", "parks"),
    ("궁궐", "palace"), ("왕관", "crown"), ("집", "house"), ("회사", "office"), ("그는", "he"), ("아들", "son"), ("그녀는", "she"), ("딸", "daughter"),
];
string[] words = [.. names.Select(name => lesson.Text(name.Korean, name.English))];
int Id(string english) => Array.FindIndex(names, name => name.English == english);
IEnumerable<int[]> Say(string subjects, string places, string actions) =>
    from s in subjects.Split(' ') from p in places.Split(' ') from a in actions.Split(' ') select new[] { Id(s), Id(p), Id(a) };
int[][] sentences =
[
    .. Say("cat dog rabbit fox jaguar", "forest yard", "sleeps jumps eats"), .. Say("bus truck taxi van jaguar", "road garage", "drives stops parks"),
    .. Say("king", "palace crown", "he son"), .. Say("queen", "palace crown", "she daughter"), .. Say("man", "house office", "he son"), .. Say("woman", "house office", "she daughter"),
];
int size = lesson.Parameter("size", 12, 2, 100), window = lesson.Parameter("window", 2, 1, 10), negatives = lesson.Parameter("negatives", 5, 1, 20);
double rate = lesson.Parameter("lr", 0.05, 0.001, 0.5);

// %% skip-gram: each word shall tell the words around it
(int Centre, int Context)[] Pairs(int[] sentence) =>
    [.. from i in Enumerable.Range(0, sentence.Length) from j in Enumerable.Range(0, sentence.Length) where i != j && Math.Abs(i - j) <= window select (sentence[i], sentence[j])];
(int Centre, int Context)[] pairs = [.. sentences.SelectMany(Pairs)];
lesson.Figure("sentences", sentences.Length, expected: 76);
lesson.Figure("pairs", pairs.Length, expected: 456);

// %% wrong words are drawn by their count to the power 3/4: rare ones a little more often than they occur
double[] counts = [.. from word in Enumerable.Range(0, words.Length) select (double)sentences.Sum(sentence => sentence.Count(id => id == word))];
int[] Urn(double[] counts)
{
    double total = counts.Sum(count => Math.Pow(count, 0.75));
    return [.. counts.SelectMany((count, word) => Enumerable.Repeat(word, (int)Math.Ceiling(Math.Pow(count, 0.75) / total * 100_000)))];
}
lesson.Figure("share.jaguar", counts[Id("jaguar")] / counts.Sum(), expected: 12 / 228.0);
lesson.Figure("drawn.jaguar", Urn(counts).Count(word => word == Id("jaguar")) / 100_000.0);

// %% the gradient by hand: (σ(v·u) - label) times the other vector, for the right word and each wrong one
var random = new NumPyRandom(lesson.Seed(20));
double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));
Tensor v = Tensor.RandN([words.Length, size], random).RequireGrad(), u = Tensor.RandN([words.Length, size], random).RequireGrad();
Tensor centres = Tensor.From([.. pairs.Select(pair => (long)pair.Centre)]), contexts = Tensor.From([.. pairs.Select(pair => (long)pair.Context)]); // [pairs]
Tensor wrong = Tensor.RandInt(0, words.Length, [pairs.Length, negatives], random);
Tensor chosen = Tensor.Cat([contexts.Unsqueeze(1), wrong], 1);                                        // [pairs, 1 + negatives], the right one first
Tensor labels = Tensor.Zeros([pairs.Length, 1 + negatives], DType.Float64);
labels[.., 0].FillInPlace(1);
Tensor scores = (centres.Embedding(v).Unsqueeze(1) * chosen.Embedding(u)).Sum(2);                     // v·u, [pairs, 1 + negatives]
Tensor loss = -(labels * scores.LogSigmoid() + (1 - labels) * (-scores).LogSigmoid()).Sum(1).Mean();
loss.Backward();
Tensor error = ((scores.Sigmoid() - labels) / pairs.Length).Detach();
Tensor gradV = Tensor.Zeros(v.Shape, DType.Float64).IndexAdd(0, centres, (error.Unsqueeze(2) * chosen.Embedding(u.Detach())).Sum(1));
Tensor gradU = Tensor.Zeros(u.Shape, DType.Float64).IndexAdd(0, chosen.Reshape(-1), (error.Unsqueeze(2) * centres.Embedding(v.Detach()).Unsqueeze(1)).Reshape(-1, size));
lesson.Figure("gradient.in.difference", (gradV - v.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("gradient.out.difference", (gradU - u.Grad!).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% training as in 2013: pair after pair, no matrix products, a rate that falls to nothing
(double[][] V, double[][] U, double[] Losses) Train(int[][] sentences, double[] counts, int size, int epochs, double rate, RandomGenerator random)
{
    double[][] v = [.. counts.Select(_ => new double[size])], u = [.. counts.Select(_ => new double[size])];
    foreach (double[] row in v) random.Uniform(row, -0.5 / size, 0.5 / size);
    int[] urn = Urn(counts);
    double[] losses = new double[epochs], change = new double[size];
    var draws = new long[negatives];
    for (int epoch = 0; epoch < epochs; epoch++)
    {
        double step = rate * (1 - (double)epoch / epochs);
        int seen = 0;
        foreach (var (centre, context) in sentences.SelectMany(Pairs))
        {
            Array.Clear(change);
            random.Integers(draws, 0, urn.Length);
            for (int k = 0; k <= negatives; k++)
            {
                int other = k == 0 ? context : urn[draws[k - 1]];
                if (k > 0 && other == context) continue;
                double[] a = v[centre], b = u[other];
                double score = 0;
                for (int d = 0; d < size; d++) score += a[d] * b[d];
                double slope = Sigmoid(score) - (k == 0 ? 1 : 0);
                losses[epoch] -= Math.Log(k == 0 ? Sigmoid(score) : Sigmoid(-score));
                for (int d = 0; d < size; d++)
                {
                    change[d] += slope * b[d];
                    b[d] -= step * slope * a[d];
                }
            }
            for (int d = 0; d < size; d++) v[centre][d] -= step * change[d];
            seen++;
        }
        losses[epoch] /= seen;
        lesson.Progress(epoch + 1, epochs, FormattableString.Invariant($"loss {losses[epoch]:F4}"));
    }
    return (v, u, losses);
}
double Cosine(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
IEnumerable<int> Nearest(double[][] v, double[] target, params int[] without) => Enumerable.Range(0, v.Length).Except(without).OrderByDescending(other => Cosine(v[other], target));
(double[][] V, double[][] U, double[] losses) = Train(sentences, counts, size, lesson.Parameter("epochs", 300, 1, 5000), rate, random);
lesson.Figure("loss.first", losses[0]);
lesson.Figure("loss.final", losses[^1]);
double Likeness(string a, string b) => Cosine(V[Id(a)], V[Id(b)]);
lesson.Range("cosine.cat.dog", Likeness("cat", "dog"), 0.8, 1);
lesson.Range("cosine.cat.bus", Likeness("cat", "bus"), -1, 0.5);
lesson.Figure("cosine.jaguar", [Likeness("jaguar", "cat"), Likeness("jaguar", "bus")]);
double[] wanted = [.. Enumerable.Range(0, size).Select(d => V[Id("king")][d] - V[Id("man")][d] + V[Id("woman")][d])];
int answer = Nearest(V, wanted, Id("king"), Id("man"), Id("woman")).First();
lesson.Say($"왕 - 남자 + 여자 = {words[answer]}", $"king - man + woman = {words[answer]}");
lesson.Figure("analogy.is.queen", answer == Id("queen") ? 1 : 0, expected: 1);

// %% what was learnt: v·u comes near ln(p(both) / p(one)p(other)) - ln(negatives), without anybody counting
double Times(Func<(int Centre, int Context), bool> which) => pairs.Count(which);
(int Centre, int Context)[] together = [.. pairs.Distinct()];
double[] information = [.. together.Select(p => Math.Log(Times(q => q == p) * pairs.Length / Times(q => q.Centre == p.Centre) / Times(q => q.Context == p.Context)) - Math.Log(negatives))];
double[] learnt = [.. together.Select(p => V[p.Centre].Zip(U[p.Context], (x, y) => x * y).Sum())];
lesson.Figure("information.correlation", Metrics.Pearson(information, learnt));

// %% the vectors seen from their two widest directions, and their angles
Tensor x = Tensor.From(V[..13]);
Tensor places = (x - x.Mean(0)).MatMul((x - x.Mean(0)).SVD().Vh[..2].T);                             // [13, 2]
double[] Along(int axis, Range which) => places[which, axis].ToArray<double>();
var map = new Panel(lesson.Text("재규어는 동물과 차 사이에 있습니다", "The jaguar stands between animals and cars"));
foreach (var (title, which) in new[] { (lesson.Text("동물", "animals"), ..4), (lesson.Text("차", "cars"), 5..9), (lesson.Text("둘 다", "both"), 4..5), (lesson.Text("사람", "people"), 9..13) })
    map.Scatter(Along(0, which), Along(1, which), title);
foreach (int i in (int[])[4, 9, 10, 11, 12]) map.Text(places[i, 0].Item(), places[i, 1].Item() + 0.15, words[i]);
var cosines = new double[13, 13];
for (int i = 0; i < 13; i++)
    for (int j = 0; j < 13; j++) cosines[i, j] = Cosine(V[i], V[j]);
lesson.Plot("words", new Figure("", 2, [map, new Panel(lesson.Text("코사인 유사도", "Cosine similarity")).HeatMap(cosines, ColorMap.Diverging, rows: words[..13], columns: words[..13], low: -1, high: 1)]));
lesson.Plot("information", new Panel(lesson.Text("센 것과 배운 것", "Counted and learnt"), lesson.Text("상호 정보량 - ln 5 (센 것)", "mutual information - ln 5, counted"), lesson.Text("v·u (배운 것)", "v·u, learnt")).Scatter(information, learnt).Curve(t => t, -1, 1.1));

// %% the same function on real film reviews, without particles: --full
if (lesson.Full && lesson.RealRows("korean/nsmc_rebuilt.train.tsv.gz") is { } reviews)
{
    string[][] texts = [.. reviews.Take(lesson.Parameter("reviews", 20_000, 1000, 150_000)).Select(row => TextCleaner.Words(row[1]).Select(KoreanParticles.Strip).ToArray())];
    (string Word, int Count)[] frequent = [.. Vocabulary.Count(texts).Where(entry => entry.Count >= 10)];
    var vocabulary = new Vocabulary(frequent.Select(entry => entry.Word));
    int[][] ids = [.. texts.Select(text => text.Where(vocabulary.Contains).Select(vocabulary.Id).ToArray())];
    var (real, _, realLosses) = Train(ids, [.. frequent.Select(entry => (double)entry.Count)], 50, lesson.Parameter("real_epochs", 5, 1, 50), rate, random);
    lesson.Figure("real.reviews", texts.Length);
    lesson.Figure("real.words", vocabulary.Size);
    lesson.Figure("real.losses", realLosses);
    string[] asked = [.. new[] { "재밌다", "배우", "최고", "감독", "눈물" }.Where(vocabulary.Contains)];
    lesson.Table(lesson.Text("영화평의 이웃", "Neighbours in film reviews"), [lesson.Text("낱말", "word"), lesson.Text("이웃", "neighbours")],
        asked.Select(word => (IReadOnlyList<object>)[word, string.Join(", ", Nearest(real, real[vocabulary.Id(word)], vocabulary.Id(word)).Take(6).Select(id => vocabulary[id]))]));
}
