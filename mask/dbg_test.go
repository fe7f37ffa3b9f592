package mask_test
import ("testing";"fmt";"math/rand/v2";"github.com/pagetape/pagetape/format";"github.com/pagetape/pagetape/mask";"github.com/pagetape/pagetape/snapshot";"github.com/pagetape/pagetape/format/rrweb";"time")
func TestDbg(t *testing.T){
 p,_:=mask.Compile(mask.Config{Rules: []mask.Rule{rule(".a", mask.Mask), rule(".b", mask.Block), rule(".c", mask.Allow)}})
 w := &wanderer{Rand: rand.New(rand.NewPCG(3, 1)), next: 3, page: &snapshot.Page{}}
 first := full(w.element(0), w.element(0), w.element(0))
 (&format.FullSnapshot{Node: copyNode(first.Node)}).Apply(w.page)
 f, shown := p.NewFilter(), &snapshot.Page{}
 pr:=func(l string,d format.Data){b,_:=rrweb.AppendEvent(nil,time.Unix(0,0),format.Event{Data:d}); fmt.Println(l,string(b))}
 show:=func(d format.Data){ pr("IN ",d); ev,_:=f.Append(nil,format.Event{Data:d}); for _,e:=range ev{pr("  OUT",e.Data); fmt.Println(e.Data.Apply(shown))}}
 show(first)
 for range 4 { m:=w.mutation(); cloneMutation(m).Apply(w.page); show(m)}
}
