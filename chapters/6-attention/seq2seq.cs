// chapter: seq2seq
// title: 시퀀스 투 시퀀스: 문장 전체를 벡터 하나에 | Sequence to sequence: a whole sentence in one vector
// computes: 인코더와 디코더를 지나는 기울기를 손으로 구하고, 벡터 하나의 병목을 길이마다 재고, 교사 강요를 견주기 | the gradient through encoder and decoder by hand, the bottleneck of one vector measured over length, and teacher forcing
// minutes: 0.1

using var lesson = Lesson.Begin(args);

// %% the smallest encoder and decoder: read "c a b", keep one vector, write "b a c" and the end mark
const int Words = 5, Begin = 3, End = 4, Size = 3;                                                    // a, b, c, begin, end
int[] source = [2, 0, 1], read = [Begin, 1, 0, 2], write = [1, 0, 2, End];                            // the decoder reads what it should have written: teacher forcing
var random = new NumPyRandom(lesson.Seed(61));
Tensor[] start = [.. new Shape[] { [Words, Size], [Size, Size], [Words, Size], [Size, Size], [Size, Words] }.Select(shape => Tensor.RandN(shape, random))];
Tensor one = Tensor.Eye(Words, dtype: DType.Float64);                                                 // one[w..(w + 1)] is word w as a row

(Tensor[] H, Tensor[] S, Tensor[] P, Tensor Loss) Run(Tensor[] p)
{
    var h = new Tensor[source.Length + 1];
    h[0] = Tensor.Zeros([1, Size], DType.Float64);
    for (int t = 0; t < source.Length; t++) h[t + 1] = (one[source[t]..(source[t] + 1)].MatMul(p[0]) + h[t].MatMul(p[1])).Tanh();  // [1, size]
    Tensor[] s = [h[^1], .. new Tensor[read.Length]], predictions = new Tensor[read.Length];         // the decoder begins with the encoder's last state: the bottleneck
    Tensor loss = Tensor.Zeros([1], DType.Float64);
    for (int t = 0; t < read.Length; t++)
    {
        s[t + 1] = (one[read[t]..(read[t] + 1)].MatMul(p[2]) + s[t].MatMul(p[3])).Tanh();             // [1, size]
        predictions[t] = s[t + 1].MatMul(p[4]).Softmax(1);                                            // [1, words]
        loss -= predictions[t][0, write[t]].Log();
    }
    return (h, s, predictions, loss);
}

// %% backward by hand: through the decoder, through the one vector, through the encoder
(Tensor[] Gradients, Tensor AtBottleneck) Differentiate(Tensor[] p)
{
    var (h, s, predictions, _) = Run(p);
    Tensor[] g = [.. p.Select(Tensor.ZerosLike)];
    Tensor carry = Tensor.Zeros([1, Size], DType.Float64);
    for (int t = read.Length - 1; t >= 0; t--)
    {
        Tensor byLogit = predictions[t] - one[write[t]..(write[t] + 1)];                              // [1, words]
        g[4] += s[t + 1].T.MatMul(byLogit);
        Tensor byZ = (byLogit.MatMul(p[4].T) + carry) * (1 - s[t + 1] * s[t + 1]);                    // [1, size]
        g[2] += one[read[t]..(read[t] + 1)].T.MatMul(byZ);
        g[3] += s[t].T.MatMul(byZ);
        carry = byZ.MatMul(p[3].T);
    }
    Tensor bottleneck = carry;                                                                        // all that the encoder ever hears of its mistakes
    for (int t = source.Length - 1; t >= 0; t--)
    {
        Tensor byZ = carry * (1 - h[t + 1] * h[t + 1]);
        g[0] += one[source[t]..(source[t] + 1)].T.MatMul(byZ);
        g[1] += h[t].T.MatMul(byZ);
        carry = byZ.MatMul(p[1].T);
    }
    return (g, bottleneck);
}
Tensor[] leaves = [.. start.Select(p => p.Clone().RequireGrad())];
Run(leaves).Loss.Backward();
var (byHand, atBottleneck) = Differentiate(start);
lesson.Figure("gradient.bottleneck", atBottleneck);
foreach (var (name, hand, leaf) in new[] { "encoder.in", "encoder.back", "decoder.in", "decoder.back", "out" }.Zip(byHand, leaves))
    lesson.Figure($"gradient.{name}.difference", (leaf.Grad! - hand).Abs().Max().Item(), expected: 0, tolerance: 1e-12);
lesson.Figure("loss.start", Run(start).Loss.Item());
Tensor[] weights = [.. start];
for (int update = 0; update < 300; update++) weights = [.. weights.Zip(Differentiate(weights).Gradients, (w, g) => w - 0.1 * g)];
lesson.Figure("loss.final", Run(weights).Loss.Item());
lesson.Figure("written", [.. Run(weights).P.Select(p => (double)p.ArgMax().Item())], [.. write.Select(w => (double)w)]);

// %% the bottleneck: repeat what was read, 2 to 10 letters, with one vector and with attention to all states
const int Letters = 8, First = 3;                                                                     // after padding, begin and end
int hidden = lesson.Parameter("hidden", 32, 4, 256), updates = lesson.Parameter("updates", 200, 1, 20_000), longest = lesson.Parameter("longest", 10, 3, 40);
Tensor Marked(Tensor words) => words.Pad([1, 0], value: 1).Pad([0, 1], value: 2);                      // begin, words, end
(Tensor Source, Tensor Target) Letter(RandomGenerator stream, int rows, int length)
{
    Tensor letters = Tensor.RandInt(First, First + Letters, [rows, length], stream);                 // [rows, length]
    return (letters, Marked(letters));                                                                // [rows, length + 2]
}
double[] Train(RecurrentSeq2Seq model, Func<RandomGenerator, (Tensor Source, Tensor Target)> batch, Func<Tensor, Tensor, Tensor> lossOf)
{
    var stream = new TorchRandom(1);
    var optimizer = new Adam(model.Parameters(), 0.01);
    var losses = new double[updates];
    for (int i = 0; i < updates; i++)
    {
        using var step = TensorScope.Begin();
        var (x, y) = batch(stream);
        optimizer.ZeroGrad();
        optimizer.LearningRate = 0.01 * Math.Min(1, 2.0 * (updates - i) / updates);                   // constant, then down to nothing
        Tensor loss = lossOf(x, y);
        loss.Backward();
        GradientClipping.ClipGradNorm(model.Parameters(), 1);
        optimizer.Step();
        losses[i] = loss.Item();
    }
    return losses;
}
double Repeated(RecurrentSeq2Seq model, int length)                                                   // the share of letters that come out right
{
    using var step = TensorScope.Begin();
    var (x, _) = Letter(new TorchRandom(1000 + length), 100, length);
    long[] wanted = x.ToArray<long>();
    IReadOnlyList<int[]> written = model.Greedy(x, length).Ids;
    return Enumerable.Range(0, 100 * length).Average(i => i % length < written[i / length].Length && written[i / length][i % length] == wanted[i] ? 1.0 : 0);
}
double WithTeacher(RecurrentSeq2Seq model, int length)                                                // the same, but the decoder reads the true letters before
{
    using var step = TensorScope.Begin();
    var (x, y) = Letter(new TorchRandom(1000 + length), 100, length);
    return model.Forward(x, y[.., ..length]).Logits.ArgMax(-1).Eq(x).To(DType.Float64).Mean().Item();
}
RecurrentSeq2Seq Build(AttentionScore score) => new(ParamScope.Random(lesson.Seed(61)), new Seq2SeqConfig(First + Letters, First + Letters, 16, hidden, score));
int[] lengths = [.. Enumerable.Range(2, longest - 1)];
var panel = new Panel(lesson.Text("벡터 하나의 병목", "The bottleneck of one vector"), lesson.Text("글자 수", "letters"), lesson.Text("맞게 되풀이한 비율", "share repeated right")) { YLimits = (0, 1.05) };
foreach (AttentionScore score in (AttentionScore[])[AttentionScore.None, AttentionScore.Dot])
{
    RecurrentSeq2Seq model = Build(score);
    double[] losses = Train(model, stream => Letter(stream, 32, (int)stream.NextInteger(2, longest + 1)), model.Loss);
    double[] right = [.. lengths.Select(length => Repeated(model, length))], given = [.. lengths.Select(length => WithTeacher(model, length))];
    string name = score == AttentionScore.None ? "one.vector" : "attention";
    lesson.Figure($"{name}.parameters", model.ParameterCount());
    lesson.Figure($"{name}.loss", losses[^Math.Min(30, updates)..].Average());
    lesson.Figure($"{name}.right", right);
    lesson.Figure($"{name}.right.with.teacher", given);
    lesson.Range($"{name}.right.longest", right[^1], score == AttentionScore.None ? 0.1 : 0.5, score == AttentionScore.None ? 0.5 : 1);
    panel.Line([.. lengths.Select(length => (double)length)], right, score == AttentionScore.None ? lesson.Text("벡터 하나", "one vector") : lesson.Text("어텐션", "attention"));
}
panel.HorizontalLine(1.0 / Letters, lesson.Text("찍기", "guessing"));

// %% teacher forcing: the decoder reads the truth; without it, its own words, right or wrong
Tensor FreeRunning(RecurrentSeq2Seq model, Tensor x, Tensor y)
{
    DecoderState state = model.Encode(x);
    Tensor words = y.Narrow(1, 0, 1), total = Tensor.Scalar(0);                                       // [rows, 1]
    int steps = y.Shape[1] - 1;
    for (int t = 0; t < steps; t++)
    {
        (Tensor logits, _, state) = model.Decode(words, state);                                       // [rows, 1, words]
        total += logits.Squeeze(1).CrossEntropy(y.Select(1, t + 1));
        words = logits.Detach().ArgMax(-1);
    }
    return total / steps;
}
RecurrentSeq2Seq taught = Build(AttentionScore.None), free = Build(AttentionScore.None);
double[] withTeacher = Train(taught, stream => Letter(stream, 32, 4), taught.Loss), alone = Train(free, stream => Letter(stream, 32, 4), (x, y) => FreeRunning(free, x, y));
lesson.Figure("taught.right", Repeated(taught, 4));
lesson.Figure("alone.right", Repeated(free, 4));
lesson.Figure("taught.losses", withTeacher);
lesson.Figure("alone.losses", alone);
lesson.Figure("updates.to.loss.of.one.half", [Array.FindIndex(withTeacher, loss => loss < 0.5) + 1, Array.FindIndex(alone, loss => loss < 0.5) + 1]); // 0: never
double[] x = [.. Enumerable.Range(1, updates).Select(i => (double)i)];
lesson.Plot("seq2seq", new Figure("", 2,
[
    panel,
    new Panel(lesson.Text("네 글자를 되풀이하기", "Repeating four letters"), lesson.Text("갱신", "update"), lesson.Text("손실", "loss"))
        .Line(x, withTeacher, lesson.Text("교사 강요", "teacher forcing")).Line(x, alone, lesson.Text("자기 말을 읽기", "reading its own words")),
]));
