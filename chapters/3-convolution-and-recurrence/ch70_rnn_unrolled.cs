// chapter: ch70
// title: 펼친 순환 신경망, 문장 하나 | The unrolled network, one sentence
// computes: 세 걸음을 하나하나 펼쳐 쓴 역전파로 문장 하나 배우기 | one sentence learnt by back-propagation written out for three steps
// minutes: 0.02

using var lesson = Lesson.Begin(args);

// %% the first sentence only, "as as soon", whose target is 0
double[] @as = [1, 0], soon = [0, 1];
Tensor x1 = Tensor.From([@as]), x2 = Tensor.From([@as]), x3 = Tensor.From([soon]); // [1, 2] each
double target = 0;
double rate = lesson.Parameter("lr", 0.1, 1e-4, 2);
int steps = lesson.Parameter("steps", 100, 1, 10_000);

// %% the starting weights
var random = new NumPyRandom(lesson.Seed(230907));
Tensor[] start = [Tensor.RandN([2, 3], random), Tensor.RandN([3, 3], random), Tensor.RandN([1, 1], random), Tensor.RandN([3, 1], random), Tensor.RandN([1, 1], random)];
Tensor h0 = Tensor.Zeros([1, 3], DType.Float64);
double Answer(Tensor[] p, params Tensor[] words)
{
    Tensor h = h0;
    foreach (Tensor word in words) h = (word.MatMul(p[0]) + h.MatMul(p[1]) + p[2]).Tanh();
    return (h.MatMul(p[3]) + p[4]).Sigmoid().Item();
}
double Loss(Tensor[] p) => -Math.Log(1 - Answer(p, x1, x2, x3));

// %% three steps forward and three back, every line written out
Tensor[] Gradients(Tensor[] p)
{
    var (Wxh, Whh, Bh, Wy, By) = (p[0], p[1], p[2], p[3], p[4]);
    Tensor h1 = (x1.MatMul(Wxh) + h0.MatMul(Whh) + Bh).Tanh();                        // [1, 3]
    Tensor h2 = (x2.MatMul(Wxh) + h1.MatMul(Whh) + Bh).Tanh();
    Tensor h3 = (x3.MatMul(Wxh) + h2.MatMul(Whh) + Bh).Tanh();
    Tensor y = (h3.MatMul(Wy) + By).Sigmoid();                                        // [1, 1]

    Tensor byG = y - target;                                                          // sigmoid and cross entropy together
    Tensor byZ3 = byG.MatMul(Wy.T) * (1 - h3.Square());                               // [1, 3]
    Tensor byZ2 = byZ3.MatMul(Whh.T) * (1 - h2.Square());
    Tensor byZ1 = byZ2.MatMul(Whh.T) * (1 - h1.Square());
    return
    [
        x3.T.MatMul(byZ3) + x2.T.MatMul(byZ2) + x1.T.MatMul(byZ1),                    // [2, 3]
        h2.T.MatMul(byZ3) + h1.T.MatMul(byZ2) + h0.T.MatMul(byZ1),                    // [3, 3]
        (byZ3 + byZ2 + byZ1).Sum().Reshape(1, 1),                                     // one bias for all units
        h3.T.MatMul(byG), byG,
    ];
}

// %% training on this one sentence; the original prints the loss after the update of every tenth round
lesson.Figure("before", Answer(start, x1, x2, x3), expected: 0.57238818, tolerance: 1e-8);
lesson.Figure("loss.before", Loss(start));
Tensor[] weights = [.. start];
Tensor[][] others = [[x3, x1, x2], [x1, x3, x2]];                                     // soon as as, as soon as
List<double> losses = [], first = [], second = [];
double asSoonAs = Answer(start, others[1]);
for (int update = 0; update < steps; update++)
{
    Tensor[] g = Gradients(weights);
    weights = [.. weights.Zip(g, (w, d) => w - rate * d)];
    losses.Add(Loss(weights));
    first.Add(Answer(weights, x1, x2, x3));
    second.Add(Answer(weights, others[1]));
    if (update is 0) lesson.Figure("loss.0", losses[^1], expected: 0.4882, tolerance: 5e-5);
    if (update is 90) lesson.Figure("loss.90", losses[^1], expected: 0.0255, tolerance: 5e-5);
    if (update is 10 or 50) lesson.Figure($"loss.{update}", losses[^1]);
}
lesson.Figure("after", Answer(weights, x1, x2, x3), expected: 0.02326394, tolerance: 1e-8);
lesson.Figure("loss.after", losses[^1]);
string[] names = ["Wxh", "Whh", "Bh", "Wy", "By"];
for (int i = 0; i < 5; i++) lesson.Figure($"weights.{names[i]}", weights[i]);

// %% the written-out gradient against autograd
Tensor[] leaves = [.. start.Select(p => p.Clone().RequireGrad())];
Tensor h = h0;
foreach (Tensor word in (Tensor[])[x1, x2, x3]) h = (word.MatMul(leaves[0]) + h.MatMul(leaves[1]) + leaves[2]).Tanh();
(-(1 - (h.MatMul(leaves[3]) + leaves[4]).Sigmoid()).Log()).Sum().Backward();
Tensor[] hand = Gradients(start);
for (int i = 0; i < 5; i++) lesson.Figure($"gradient.{names[i]}", hand[i]);
lesson.Figure("gradient.difference", leaves.Zip(hand, (leaf, g) => (leaf.Grad! - g).Abs().Max().Item()).Max(), expected: 0, tolerance: 1e-12);

// %% what has it learnt? Not the order: it says no to everything, the right sentence included
lesson.Figure("as.soon.as.before", asSoonAs, expected: 0.36887959, tolerance: 1e-8);
lesson.Figure("as.soon.as.after", second[^1]);
lesson.Figure("soon.as.as.after", Answer(weights, others[0]));
lesson.Say("문장 하나만 배우면 무엇을 보여 주어도 '아니요'라고 답합니다.", "Trained on one sentence, it answers no to whatever it is shown.");

// %% a bias of its own for every unit: the gradient is simply not summed over units
Tensor wide = start[2].Repeat(1, 3).RequireGrad();                                    // [1, 3]
h = h0;
foreach (Tensor word in (Tensor[])[x1, x2, x3]) h = (word.MatMul(start[0]) + h.MatMul(start[1]) + wide).Tanh();
(-(1 - (h.MatMul(start[3]) + start[4]).Sigmoid()).Log()).Sum().Backward();
lesson.Figure("gradient.bias.each.unit", wide.Grad!);
lesson.Figure("gradient.bias.sum.difference", (wide.Grad!.Sum() - hand[2]).Abs().Item(), expected: 0, tolerance: 1e-12);

// %% the taught sentence goes to 0, and takes the right one along
double[] updates = [.. Enumerable.Range(1, steps).Select(i => (double)i)];
lesson.Plot("answers", new Panel(lesson.Text("문장 하나만 배운 신경망", "A network taught one sentence"), lesson.Text("갱신", "update"), lesson.Text("'맞다'는 확률", "probability of “right”")) { YLimits = (0, 1) }
    .Line(updates, first, lesson.Text("as as soon (배운 문장, 정답 0)", "as as soon (taught, target 0)")).Line(updates, second, lesson.Text("as soon as (보여 주지 않음, 정답 1)", "as soon as (never shown, target 1)")));
