// chapter: masks
// title: 마스크: 보지 말아야 할 것을 가리기 | Masks: hiding what must not be seen
// computes: 패딩 마스크와 다음 낱말 마스크, 원래 코드의 unsqueeze 축 오류, 마스크가 없을 때의 커닝 | padding mask and subsequent mask, the original's unsqueeze on the wrong axis, and cheating without a mask
// minutes: 0.03

using var lesson = Lesson.Begin(args);

// %% the two masks: who may be seen (true), [.., queries, keys]
const int Pad = 0;
Tensor Subsequent(int n) => Tensor.Arange(n).Unsqueeze(1) >= Tensor.Arange(n).Unsqueeze(0);         // [n, n]: query i sees keys 0 to i
Tensor Padding(Tensor ids) => ids.Ne(Pad).Unsqueeze(-2);                                            // [batch, 1, n]: keys, the last axis, are masked
Tensor PublishedPadding(Tensor ids) => ids.Ne(Pad).Unsqueeze(-1);                                   // [batch, n, 1]: queries are masked
lesson.Figure("subsequent", Subsequent(4).To(DType.Float64), [[1.0, 0, 0, 0], [1, 1, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]], tolerance: 0);

// %% attention with a mask, as the original does it: a forbidden score becomes -10⁹
const int Size = 8, Words = 10;
var random = new NumPyRandom(lesson.Seed(62));
Tensor vectors = Tensor.RandN([Words, Size], random);                                               // a vector a word; no positions, so that a shift changes nothing
Tensor wq = 0.3 * Tensor.RandN([Size, Size], random), wk = Tensor.RandN([Size, Size], random), wv = Tensor.RandN([Size, Size], random);
(Tensor Output, Tensor Weights) Attend(Tensor ids, Tensor mask, double forbidden = -1e9)
{
    Tensor x = ids.Embedding(vectors);                                                              // [batch, n, size]
    Tensor scores = x.MatMul(wq).MatMul(x.MatMul(wk).MT) / Math.Sqrt(Size);                         // [batch, n, n]
    Tensor weights = scores.MaskedFill(!mask, forbidden).Softmax(-1);
    return (weights.MatMul(x.MatMul(wv)), weights);
}

// %% the test that every mask has to pass: who is padded beside a sentence must not change it
Tensor sentence = Tensor.From([[3L, 7, 1, 5]]), right = Tensor.From([[3L, 7, 1, 5, Pad, Pad]]), left = Tensor.From([[Pad, Pad, 3L, 7, 1, 5]]);
double Change(Func<Tensor, Tensor> padding, Tensor padded, int from, bool subsequent)
{
    Tensor Mask(Tensor ids) => subsequent ? padding(ids) & Subsequent(ids.Shape[1]) : padding(ids);
    Tensor alone = Attend(sentence, Mask(sentence)).Output, beside = Attend(padded, Mask(padded)).Output[.., from..(from + 4)];
    return (alone - beside).Abs().Max().Item();
}
var maps = new List<Panel>();
string[] Names(Tensor ids) => [.. ids.ToArray<long>().Select(id => id == Pad ? lesson.Text("패딩", "pad") : id.ToString(System.Globalization.CultureInfo.InvariantCulture))];
Panel Map(string title, Tensor values, Tensor ids) => new Panel(title, lesson.Text("보이는 낱말", "seen"), lesson.Text("보는 낱말", "seeing")) { EqualAxes = true }.HeatMap(values[0], rows: Names(ids), columns: Names(ids), showValues: true, low: 0, high: 1);
foreach (string version in lesson.Versions)
{
    Func<Tensor, Tensor> padding = version == "published" ? PublishedPadding : Padding;
    bool wrong = version == "published";
    lesson.Figure($"{version}.decoder.right", Change(padding, right, 0, subsequent: true), expected: 0, tolerance: 1e-14); // padding comes after every word that looks: never seen anyway
    double onLeft = Change(padding, left, 2, subsequent: true), inEncoder = Change(padding, right, 0, subsequent: false);
    if (wrong) lesson.Range("published.decoder.left", onLeft, 0.1, 10);
    else lesson.Figure("corrected.decoder.left", onLeft, expected: 0, tolerance: 1e-14);
    if (wrong) lesson.Range("published.encoder.right", inEncoder, 0.1, 10);
    else lesson.Figure("corrected.encoder.right", inEncoder, expected: 0, tolerance: 1e-14);
    Tensor mask = padding(left) & Subsequent(6), seen = Attend(left, mask).Weights;                  // [1, 6, 6]
    lesson.Figure($"{version}.mask", mask[0].To(DType.Float64));
    lesson.Figure($"{version}.weight.on.padding", seen[0, 2.., ..2].Sum(1));                        // what each of the four words gives to padding
    maps.Add(Map(wrong ? lesson.Text("원래 코드의 가중치", "Weights, as published") : lesson.Text("고친 코드의 가중치", "Weights, corrected"), seen.Round(2), left));
}

// %% a row in which everything is hidden: -10⁹ looks everywhere, -∞ is 0/0, the engine's attention gives zeros
Tensor nobody = Tensor.Zeros([1, 4, 4], DType.Bool), q = sentence.Embedding(vectors);
lesson.Figure("hidden.row.billion", Attend(sentence, nobody).Weights[0, 0], [0.25, 0.25, 0.25, 0.25], tolerance: 1e-12);
lesson.Figure("hidden.row.infinity.is.nan", Attend(sentence, nobody, double.NegativeInfinity).Weights.IsNaN().All().Item(), expected: 1);
lesson.Figure("hidden.row.engine", q.ScaledDotProductAttention(q, q, nobody).Abs().Max().Item(), expected: 0);
Tensor both = Padding(left) & Subsequent(6), e = left.Embedding(vectors);
lesson.Figure("engine.difference", (e.MatMul(wq).ScaledDotProductAttention(e.MatMul(wk), e.MatMul(wv), both) - Attend(left, both).Output)[.., 2..].Abs().Max().Item(), expected: 0, tolerance: 1e-13);

// %% the gradient by hand: soft-max backward, and a hidden score gets exactly none
Tensor scores = Tensor.RandN([4, 4], random).RequireGrad(), G = Tensor.RandN([4, 4], random), a = scores.MaskedFill(!Subsequent(4), double.NegativeInfinity).Softmax(1);
(a * G).Sum().Backward();
Tensor A = a.Detach(), byHand = A * (G - (A * G).Sum(1, keepDim: true));
lesson.Figure("gradient", byHand);
lesson.Figure("gradient.difference", (scores.Grad! - byHand).Abs().Max().Item(), expected: 0, tolerance: 1e-14);
lesson.Figure("gradient.of.hidden", scores.Grad!.Triu(1).Abs().Max().Item(), expected: 0);

// %% cheating: random letters cannot be foretold, but a decoder that sees the next letter copies it
int updates = lesson.Parameter("updates", 80, 1, 5000), letters = 8, length = 10;
double[] Train(bool masked, out double generated)
{
    var scope = ParamScope.Random(lesson.Seed(62));
    var (embedding, places) = (new Embedding(scope / "letters", letters, 32), new Embedding(scope / "places", length, 32));
    var (attention, head) = (new MultiheadAttention(scope / "attention", 32, 2, batchFirst: true), new Linear(scope / "head", 32, letters));
    Tensor Predict(Tensor ids)                                                                      // [batch, time] to [batch, time, letters]
    {
        Tensor x = embedding.Forward(ids) + places.Forward(Tensor.Arange(ids.Shape[1]));
        return head.Forward(x + attention.Forward(x, x, x, isCausal: masked).Output);
    }
    var optimizer = new Adam(new Module[] { embedding, places, attention, head }.SelectMany(m => m.Parameters()).ToArray(), 0.01);
    var losses = new double[updates];
    for (int i = 0; i < updates; i++)
    {
        using var step = TensorScope.Begin();
        Tensor text = Tensor.RandInt(0, letters, [64, length + 1], scope.Generator);
        optimizer.ZeroGrad();
        Tensor loss = Predict(text[.., ..length]).Reshape(-1, letters).CrossEntropy(text[.., 1..].Reshape(-1));
        loss.Backward();
        optimizer.Step();
        losses[i] = loss.Item();
    }
    Tensor fresh = Tensor.RandInt(0, letters, [200, length + 1], scope.Generator);                  // in use the next letter is not there to be seen
    generated = Predict(fresh[.., ..5])[.., 4].CrossEntropy(fresh[.., 5]).Item();
    return losses;
}
double[] honest = Train(masked: true, out double honestInUse), cheating = Train(masked: false, out double cheatingInUse);
lesson.Figure("loss.of.guessing", Math.Log(letters), expected: 2.0794415, tolerance: 1e-7);
lesson.Range("honest.loss", honest[^1], 2, 2.3);
lesson.Figure("cheating.loss", cheating[^1]);
lesson.Figure("in.use", [honestInUse, cheatingInUse]);
lesson.Plot("masks", new Figure("", 2,
[
    new Panel(lesson.Text("다음 낱말 마스크, 20칸", "Subsequent mask, 20 places"), lesson.Text("열쇠", "key"), lesson.Text("질문", "query")) { EqualAxes = true }.HeatMap(Subsequent(20).To(DType.Float64), low: 0, high: 1),
    new Panel(lesson.Text("마스크 없이는 답을 베낍니다", "Without a mask the answer is copied"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss"))
        .Line([.. Enumerable.Range(1, updates).Select(i => (double)i)], honest, lesson.Text("마스크 있음", "with mask")).Line([.. Enumerable.Range(1, updates).Select(i => (double)i)], cheating, lesson.Text("마스크 없음", "without"))
        .HorizontalLine(Math.Log(letters), lesson.Text("찍기", "guessing")),
    .. maps,
]));
