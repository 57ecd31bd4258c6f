// chapter: ch66
// title: 순서를 모르는 신경망 | Networks that know no order
// computes: 낱말을 세는 망, 칸마다 가중치를 둔 망, 차례로 읽는 망을 "as soon as"로 비교 | counting words, a weight for every place, reading in turn: compared on "as soon as"
// minutes: 0.05

using var lesson = Lesson.Begin(args);

// %% from text to numbers: split into words, number the words, one vector for each
string[] texts = ["soon as as", "as as soon", "as soon as"];
double[] labels = [0, 0, 1];
string[] vocabulary = [.. texts.SelectMany(t => t.Split(' ')).Distinct().Order(StringComparer.Ordinal)];
Tensor ids = Tensor.From(texts.Select(t => t.Split(' ').Select(word => (long)Array.IndexOf(vocabulary, word)).ToArray()).ToArray()); // [3 sentences, 3 words]
Tensor X = Tensor.OneHot(ids, vocabulary.Length, DType.Float64);                        // [3, 3, 2]
Tensor Y = Tensor.From(labels).Reshape(3, 1);
lesson.Figure("vocabulary", vocabulary.Length, expected: 2);
lesson.Figure("ids", ids);

// %% first network: counts the words. All three sentences have the same counts, so it can only give all the same answer
Tensor counts = X.Sum(1);                                                               // [3, 2]
lesson.Figure("counts", counts, [2, 1, 2, 1, 2, 1]);
double rate = lesson.Parameter("lr", 0.5, 1e-3, 5);
int steps = lesson.Parameter("steps", 400, 10, 5000);
(double[] Losses, Tensor Answers) Descend(Tensor[] weights, Func<Tensor[], Tensor> logits)
{
    Tensor[] leaves = [.. weights.Select(w => w.Clone().RequireGrad())];
    var losses = new double[steps];
    var optimizer = new SGD(leaves, rate);
    for (int i = 0; i < steps; i++)
    {
        using var scope = TensorScope.Begin();
        optimizer.ZeroGrad();
        Tensor loss = logits(leaves).BinaryCrossEntropyWithLogits(Y);
        loss.Backward();
        optimizer.Step();
        losses[i] = loss.Item();
    }
    return (losses, logits(leaves).Sigmoid().Detach());
}
var random = new NumPyRandom(lesson.Seed(66));
Tensor[] bagWeights = [Tensor.RandN([2, 1], random), Tensor.RandN([1, 1], random)];
var bag = Descend(bagWeights, p => counts.MatMul(p[0]) + p[1]);
lesson.Figure("counting.answers", bag.Answers, [1.0 / 3, 1.0 / 3, 1.0 / 3], tolerance: 1e-4);
lesson.Figure("counting.loss", bag.Losses[^1]);
double best = -(Math.Log(1.0 / 3) + 2 * Math.Log(2.0 / 3)) / 3;                          // one yes in three: nobody who sees only counts does better
lesson.Figure("counting.loss.best", best, expected: 0.636514168, tolerance: 1e-9);
lesson.Figure("counting.above.best", bag.Losses[^1] - best, expected: 0, tolerance: 1e-6);

// %% second network: a weight for each of six places. It can learn, but places have no order for it: shuffle the columns and nothing changes
Tensor flat = X.Reshape(3, 6);
Tensor[] dense = [Tensor.RandN([6, 3], random), Tensor.RandN([1, 3], random), Tensor.RandN([3, 1], random), Tensor.RandN([1, 1], random)];
Func<Tensor[], Tensor> Dense(Tensor input) => p => (input.MatMul(p[0]) + p[1]).Tanh().MatMul(p[2]) + p[3];
Tensor shuffle = Tensor.RandPerm(6, random);
var ordered = Descend(dense, Dense(flat));
var shuffled = Descend([dense[0].IndexSelect(0, shuffle), .. dense[1..]], Dense(flat.IndexSelect(1, shuffle)));
lesson.Figure("places.loss", ordered.Losses[^1]);
lesson.Figure("places.shuffle.difference", ordered.Losses.Zip(shuffled.Losses, (a, b) => Math.Abs(a - b)).Max(), expected: 0, tolerance: 1e-12);

// %% third network: reads one word after the other. Shuffling the words makes another sentence of it
Tensor[] recurrent = [Tensor.RandN([2, 3], random), Tensor.RandN([3, 3], random), Tensor.RandN([1, 3], random), Tensor.RandN([3, 1], random), Tensor.RandN([1, 1], random)];
Tensor Read(Tensor words, Tensor[] p)
{
    Tensor h = Tensor.Zeros([words.Shape[0], 3], DType.Float64);
    for (int t = 0; t < words.Shape[1]; t++) h = (words[.., t].MatMul(p[0]) + h.MatMul(p[1]) + p[2]).Tanh();
    return h.MatMul(p[3]) + p[4];
}
var reader = Descend(recurrent, p => Read(X, p));
lesson.Figure("reader.loss", reader.Losses[^1]);
lesson.Figure("reader.answers", reader.Answers);
lesson.Range("reader.yes", reader.Answers[2, 0].Item(), 0.9, 1);

// %% weights needed for a sentence of n words of a vocabulary of v, with 100 hidden units
double[] lengths = [3, 10, 100, 1000];
const int Units = 100, Words = 10_000;
double[] places = [.. lengths.Select(n => n * Words * Units + Units)];
double[] inTurn = [.. lengths.Select(_ => (double)Words * Units + Units * Units + Units)];
lesson.Figure("weights.places", places);
lesson.Figure("weights.in.turn", inTurn);

// %% what each of the three learns
string[] kinds = [lesson.Text("세는 망", "counts"), lesson.Text("칸마다 가중치", "places"), lesson.Text("차례로 읽는 망", "reads in turn")];
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
Tensor answers = Tensor.Cat([bag.Answers, ordered.Answers, reader.Answers], 1);          // [3 sentences, 3 networks]
lesson.Plot("order", new Figure(lesson.Text("같은 낱말, 다른 순서", "The same words, other orders"), 2,
[
    new Panel(lesson.Text("손실", "Loss"), lesson.Text("갱신", "update"), lesson.Text("평균 손실", "mean loss")).Line(updates, bag.Losses, kinds[0]).Line(updates, ordered.Losses, kinds[1]).Line(updates, reader.Losses, kinds[2]).HorizontalLine(best, lesson.Text("셀 때의 한계", "limit of counting")),
    new Panel(lesson.Text("'맞다'는 확률", "Probability of “right”")).HeatMap(answers.Round(2), rows: texts, columns: kinds, showValues: true, low: 0, high: 1),
]) { PanelWidth = 460, PanelHeight = 360 });
